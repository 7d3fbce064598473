CREATE TYPE "AlarmRule" AS ENUM ('SILENCE', 'REFUSED', 'FAILED');
CREATE TYPE "NotificationKind" AS ENUM ('RAISED', 'REMINDER', 'RESOLVED', 'TEST');
CREATE TYPE "NotificationChannel" AS ENUM ('EMAIL', 'WEBHOOK');
CREATE TYPE "NotificationStatus" AS ENUM ('WAITING', 'SENT', 'FAILED');

CREATE TABLE "WebhookAlarm" (
  "webhookId" UUID NOT NULL,
  "rules" JSON NOT NULL,
  "state" JSON NOT NULL,
  "raised" "AlarmRule"[] NOT NULL DEFAULT '{}',
  "revision" INTEGER NOT NULL DEFAULT 1,
  "checkedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "nextCheckAt" TIMESTAMPTZ(3),
  CONSTRAINT "WebhookAlarm_pkey" PRIMARY KEY ("webhookId"),
  CONSTRAINT "WebhookAlarm_webhookId_fkey" FOREIGN KEY ("webhookId") REFERENCES "Webhook" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "WebhookAlarm_nextCheckAt_idx" ON "WebhookAlarm" ("nextCheckAt");

CREATE TABLE "AlarmTarget" (
  "id" UUID NOT NULL,
  "webhookId" UUID NOT NULL,
  "channel" "NotificationChannel" NOT NULL,
  "address" TEXT NOT NULL,
  "ciphertext" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "AlarmTarget_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "AlarmTarget_webhookId_fkey" FOREIGN KEY ("webhookId") REFERENCES "WebhookAlarm" ("webhookId") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "AlarmTarget_signed" CHECK (("channel" = 'WEBHOOK') = ("ciphertext" IS NOT NULL))
);
CREATE UNIQUE INDEX "AlarmTarget_webhookId_address_key" ON "AlarmTarget" ("webhookId", "address");

CREATE TABLE "Notification" (
  "id" UUID NOT NULL,
  "accountId" UUID NOT NULL,
  "webhookId" UUID NOT NULL,
  "kind" "NotificationKind" NOT NULL,
  "rule" "AlarmRule",
  "facts" JSON NOT NULL,
  "targetId" UUID NOT NULL,
  "channel" "NotificationChannel" NOT NULL,
  "address" TEXT NOT NULL,
  "status" "NotificationStatus" NOT NULL DEFAULT 'WAITING',
  "attempts" JSON NOT NULL DEFAULT '[]',
  "tries" SMALLINT NOT NULL DEFAULT 0,
  "nextAttemptAt" TIMESTAMPTZ(3),
  "claim" INTEGER NOT NULL DEFAULT 0,
  "lockedUntil" TIMESTAMPTZ(3),
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "sentAt" TIMESTAMPTZ(3),
  CONSTRAINT "Notification_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Notification_next_attempt" CHECK (("status" = 'WAITING') = ("nextAttemptAt" IS NOT NULL))
);
CREATE INDEX "Notification_accountId_id_idx" ON "Notification" ("accountId", "id" DESC);
CREATE INDEX "Notification_targetId_idx" ON "Notification" ("targetId");
-- Only what still has to be sent is in it.
CREATE INDEX "Notification_due_idx" ON "Notification" ("nextAttemptAt") WHERE "status" = 'WAITING';
