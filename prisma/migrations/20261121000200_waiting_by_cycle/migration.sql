-- Cycles with limit 1 ask whether an older job of theirs waits.
CREATE INDEX "Job_waiting_cycle_idx" ON "Job" ("cycleId", "seq") WHERE "status" = 'WAITING';
