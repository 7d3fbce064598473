CREATE TABLE "Hold" (
    "id" UUID NOT NULL,
    "accountId" UUID NOT NULL,
    "cycleId" UUID,
    "stepId" TEXT,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heldBy" UUID,
    "throughSeq" BIGINT NOT NULL DEFAULT 0,
    "drainingSince" TIMESTAMPTZ(3),
    "drainedBy" UUID,
    "drainPerSecond" INTEGER,
    "drainedUntil" TIMESTAMPTZ(3),
    "released" INTEGER NOT NULL DEFAULT 0,
    "discardSeq" BIGINT,
    "discardedBy" UUID,
    "discardedAt" TIMESTAMPTZ(3),
    "discarded" INTEGER NOT NULL DEFAULT 0,
    "sweptAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Hold_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Hold_step_has_cycle" CHECK ("stepId" IS NULL OR "cycleId" IS NOT NULL),
    CONSTRAINT "Hold_rate_positive" CHECK ("drainPerSecond" >= 1)
);

-- One at a time on each; what is looked for on the way of a request is in it, and it is empty almost always.
CREATE UNIQUE INDEX "Hold_active_idx"
  ON "Hold" ("accountId", coalesce("cycleId", '00000000-0000-0000-0000-000000000000'), coalesce("stepId", ''))
  WHERE "endedAt" IS NULL;

ALTER TABLE "Job" ADD COLUMN "stepId" TEXT;
ALTER TABLE "Job" ADD CONSTRAINT "Job_held_has_step" CHECK ("status" <> 'HELD' OR "stepId" IS NOT NULL);
CREATE INDEX "Job_held_idx" ON "Job" ("accountId", "seq") WHERE "status" = 'HELD';
CREATE INDEX "Job_held_cycle_idx" ON "Job" ("cycleId", "seq") WHERE "status" = 'HELD';
