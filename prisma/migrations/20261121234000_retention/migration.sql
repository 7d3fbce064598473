-- How long an account's ended transactions are kept, in days.
ALTER TABLE "Account"
  ADD COLUMN "retainCompletedDays" INTEGER NOT NULL DEFAULT 31,
  ADD COLUMN "retainFailedDays" INTEGER NOT NULL DEFAULT 31,
  ADD CONSTRAINT "Account_retain_completed_days" CHECK ("retainCompletedDays" BETWEEN 0 AND 31),
  ADD CONSTRAINT "Account_retain_failed_days" CHECK ("retainFailedDays" BETWEEN 0 AND 31);

-- Requests that were refused go earlier than the day they lie in; they are few, and only they pay for the index.
CREATE INDEX "Receipt_refused_idx" ON "Receipt" ("id") WHERE "outcome" <> 'ACCEPTED';

CREATE INDEX "ReceiptCount_hour_idx" ON "ReceiptCount" ("hour");
