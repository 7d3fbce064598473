-- A transaction that is continued again and again has more than 32,767. Below zero: what those through that number have left.
ALTER TABLE "Checkpoint" ALTER COLUMN "number" TYPE INTEGER;
