-- Claiming walks from cycle to cycle in each lane, the synchronous one first, and takes the oldest of each.
DROP INDEX "Job_ready_idx";
CREATE INDEX "Job_ready_idx" ON "Job" ("lane", "cycleId", "seq") WHERE "status" = 'READY';

-- Cycles that stop when their last job has ended.
CREATE INDEX "Cycle_finishing_idx" ON "Cycle" ("id") WHERE "state" = 'FINISHING';
