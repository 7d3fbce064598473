ALTER TABLE "Notification" ADD CONSTRAINT "Notification_accountId_fkey"
  FOREIGN KEY ("accountId") REFERENCES "Account" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
