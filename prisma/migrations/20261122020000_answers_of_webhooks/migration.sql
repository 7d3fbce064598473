-- What a webhook's checks, scripts, policies and limits answer.
ALTER TYPE "ReceiptOutcome" ADD VALUE 'IP_NOT_ALLOWED';
ALTER TYPE "ReceiptOutcome" ADD VALUE 'NOT_VERIFIED';
ALTER TYPE "ReceiptOutcome" ADD VALUE 'ANSWERED';
ALTER TYPE "ReceiptOutcome" ADD VALUE 'IGNORED';
ALTER TYPE "ReceiptOutcome" ADD VALUE 'SCRIPT_FAILED';
ALTER TYPE "ReceiptOutcome" ADD VALUE 'DUPLICATE';
ALTER TYPE "ReceiptOutcome" ADD VALUE 'NO_MATCH';
ALTER TYPE "ReceiptOutcome" ADD VALUE 'KEPT';
ALTER TYPE "ReceiptOutcome" ADD VALUE 'OVER_LIMIT';

ALTER TABLE "Receipt" ADD COLUMN "answer" JSON, ADD COLUMN "duplicateOf" UUID;
-- The duplicates of a request are shown with it.
CREATE INDEX "Receipt_duplicate_idx" ON "Receipt" ("duplicateOf") WHERE "duplicateOf" IS NOT NULL;
