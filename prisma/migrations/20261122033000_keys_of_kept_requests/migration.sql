-- The first request with a key may be kept at a mid-cycle webhook, before its transaction comes.
ALTER TABLE "DuplicateKey" ALTER COLUMN "transactionId" DROP NOT NULL;
