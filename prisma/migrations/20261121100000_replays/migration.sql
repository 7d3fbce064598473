-- Replays of a transaction are shown with it; few transactions are replays, so the index stays small.
CREATE INDEX "Transaction_replay_idx" ON "Transaction" ("replayOf") WHERE "replayOf" IS NOT NULL;
