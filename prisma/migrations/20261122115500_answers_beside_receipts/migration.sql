-- The answers of synchronous requests, noted after their receipts: a narrow row beside a receipt costs a sixth of writing that
-- anew with its body. In one partition per UTC day, like the receipts.

CREATE TABLE "ReceiptAnswer" (
  "receiptId" UUID NOT NULL,
  "status" SMALLINT,
  "durationMs" REAL NOT NULL,
  "reason" TEXT,
  CONSTRAINT "ReceiptAnswer_pkey" PRIMARY KEY ("receiptId")
) PARTITION BY RANGE ("receiptId");
CREATE TABLE "ReceiptAnswer_default" PARTITION OF "ReceiptAnswer" DEFAULT;

-- The least UUIDv7 of a day: 48 bits of milliseconds since 1970, the version, the variant.
CREATE OR REPLACE FUNCTION pg_temp.first_uuid7_of(day date) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM day) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;

DO $$
DECLARE
  today date := (now() AT TIME ZONE 'UTC')::date;
  day date;
BEGIN
  FOR day IN SELECT today + later FROM generate_series(0, 8) AS later LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF "ReceiptAnswer" FOR VALUES FROM (%L) TO (%L)',
      'ReceiptAnswer' || to_char(day, '_YYYYMMDD'), pg_temp.first_uuid7_of(day), pg_temp.first_uuid7_of(day + 1));
  END LOOP;
END $$;
