-- Webhooks in the middle of a cycle: which transactions have reached one, what continues them, and requests that came early.
CREATE TYPE "ContinuationSource" AS ENUM ('REQUEST', 'HAND', 'TIMEOUT');
CREATE TYPE "ContinuationState" AS ENUM ('QUEUED', 'TAKEN', 'DISCARDED');

CREATE TABLE "ReachedWebhook" (
    "transactionId" UUID NOT NULL,
    "stepId" TEXT NOT NULL,
    "accountId" UUID NOT NULL,
    "cycleId" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "value" TEXT,
    "held" BOOLEAN NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    CONSTRAINT "ReachedWebhook_pkey" PRIMARY KEY ("transactionId", "stepId"),
    CONSTRAINT "ReachedWebhook_only_held_time_out" CHECK ("until" IS NULL OR "held"),
    CONSTRAINT "ReachedWebhook_value_fits_index" CHECK (length("value") <= 500)
);

CREATE TABLE "Continuation" (
    "transactionId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "stepId" TEXT NOT NULL,
    "source" "ContinuationSource" NOT NULL,
    "state" "ContinuationState" NOT NULL DEFAULT 'QUEUED',
    "receiptId" UUID,
    "input" JSON,
    "createdBy" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "Continuation_pkey" PRIMARY KEY ("transactionId", "number")
);

CREATE TABLE "KeptRequest" (
    "seq" BIGINT NOT NULL DEFAULT nextval('acceptance_seq'),
    "receiptId" UUID NOT NULL,
    "cycleId" UUID NOT NULL,
    "stepId" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "KeptRequest_pkey" PRIMARY KEY ("seq")
);

-- The newest transaction with a value is the last entry of its range: one look, however many are held.
CREATE INDEX "ReachedWebhook_match_idx" ON "ReachedWebhook" ("cycleId", "stepId", "value", "seq") WHERE "value" IS NOT NULL;
CREATE INDEX "ReachedWebhook_held_idx" ON "ReachedWebhook" ("cycleId", "stepId", "seq") WHERE "held";
CREATE INDEX "ReachedWebhook_due_idx" ON "ReachedWebhook" ("until") WHERE "until" IS NOT NULL;
CREATE INDEX "KeptRequest_match_idx" ON "KeptRequest" ("cycleId", "stepId", "value", "seq");
CREATE INDEX "KeptRequest_until_idx" ON "KeptRequest" ("until");

-- The number of the newest continuation: a worker that ends a transaction sees by it whether one came meanwhile.
ALTER TABLE "Job" ADD COLUMN "continuations" INTEGER NOT NULL DEFAULT 0;
