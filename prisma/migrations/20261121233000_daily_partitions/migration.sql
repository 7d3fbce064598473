-- Receipts, transactions and checkpoints lie in one partition per UTC day, by the time in their UUIDv7, so that a day is
-- dropped whole. What is there stays where it is: where there are rows, the old table becomes the partition
-- of everything before tomorrow.
-- Later days are made by the running processes (lib/queue/make-partitions.ts).

ALTER TABLE "Receipt" RENAME TO "Receipt_before";
ALTER INDEX "Receipt_pkey" RENAME TO "Receipt_before_pkey";
ALTER INDEX "Receipt_webhookId_id_idx" RENAME TO "Receipt_before_webhookId_id_idx";
ALTER INDEX "Receipt_unknown_idx" RENAME TO "Receipt_before_unknown_idx";
CREATE TABLE "Receipt" (LIKE "Receipt_before" INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)
  PARTITION BY RANGE ("id");
ALTER TABLE "Receipt" ADD CONSTRAINT "Receipt_pkey" PRIMARY KEY ("id");
CREATE INDEX "Receipt_webhookId_id_idx" ON "Receipt" ("webhookId", "id" DESC);
CREATE INDEX "Receipt_unknown_idx" ON "Receipt" ("id" DESC) WHERE "webhookId" IS NULL;

ALTER TABLE "Transaction" RENAME TO "Transaction_before";
ALTER INDEX "Transaction_pkey" RENAME TO "Transaction_before_pkey";
ALTER INDEX "Transaction_cycleId_id_idx" RENAME TO "Transaction_before_cycleId_id_idx";
ALTER INDEX "Transaction_accountId_id_idx" RENAME TO "Transaction_before_accountId_id_idx";
ALTER INDEX "Transaction_unsuccessful_idx" RENAME TO "Transaction_before_unsuccessful_idx";
ALTER INDEX "Transaction_replay_idx" RENAME TO "Transaction_before_replay_idx";
CREATE TABLE "Transaction" (LIKE "Transaction_before" INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)
  PARTITION BY RANGE ("id");
ALTER TABLE "Transaction" ADD CONSTRAINT "Transaction_pkey" PRIMARY KEY ("id");
CREATE INDEX "Transaction_cycleId_id_idx" ON "Transaction" ("cycleId", "id" DESC);
CREATE INDEX "Transaction_accountId_id_idx" ON "Transaction" ("accountId", "id" DESC);
CREATE INDEX "Transaction_unsuccessful_idx" ON "Transaction" ("accountId", "id" DESC)
  WHERE "state" IN ('FAILED', 'CANCELLED', 'DISCARDED');
CREATE INDEX "Transaction_replay_idx" ON "Transaction" ("replayOf") WHERE "replayOf" IS NOT NULL;

ALTER TABLE "Checkpoint" RENAME TO "Checkpoint_before";
ALTER INDEX "Checkpoint_pkey" RENAME TO "Checkpoint_before_pkey";
CREATE TABLE "Checkpoint" (LIKE "Checkpoint_before" INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)
  PARTITION BY RANGE ("transactionId");
ALTER TABLE "Checkpoint" ADD CONSTRAINT "Checkpoint_pkey" PRIMARY KEY ("transactionId", "number");

-- The least UUIDv7 of a day: 48 bits of milliseconds since 1970, the version, the variant.
CREATE FUNCTION pg_temp.first_uuid7_of(day date) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM day) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;

DO $$
DECLARE
  -- By the database's clock, whatever time zone it shows.
  today date := (now() AT TIME ZONE 'UTC')::date;
  parent text;
  key text;
  old text;
  is_used boolean;
  first_day date;
  day date;
  bound uuid;
BEGIN
  FOR parent, key IN VALUES ('Receipt', 'id'), ('Transaction', 'id'), ('Checkpoint', 'transactionId') LOOP
    old := parent || '_before';
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', old) INTO is_used;
    first_day := CASE WHEN is_used THEN today + 1 ELSE today END;
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', parent || '_default', parent);
    FOR day IN SELECT first_day + later FROM generate_series(0, today + 8 - first_day) AS later LOOP
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        parent || to_char(day, '_YYYYMMDD'), parent, pg_temp.first_uuid7_of(day), pg_temp.first_uuid7_of(day + 1));
    END LOOP;
    IF is_used THEN
      bound := pg_temp.first_uuid7_of(first_day);
      -- Rows of a clock that was ahead go where they belong.
      EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
        old, key, bound, parent);
      EXECUTE format('ALTER TABLE %I RENAME TO %I', old, old || to_char(first_day, '_YYYYMMDD'));
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)',
        parent, old || to_char(first_day, '_YYYYMMDD'), bound);
    ELSE
      EXECUTE format('DROP TABLE %I', old);
    END IF;
  END LOOP;
END $$;
