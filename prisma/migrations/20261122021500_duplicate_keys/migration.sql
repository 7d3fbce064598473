-- The first request with each key at a webhook, as long as others with it are its duplicates.
CREATE TABLE "DuplicateKey" (
  "webhookId" UUID NOT NULL,
  "key" TEXT NOT NULL,
  "receiptId" UUID NOT NULL,
  "transactionId" UUID NOT NULL,
  "expiresAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "DuplicateKey_pkey" PRIMARY KEY ("webhookId", "key")
);
CREATE INDEX "DuplicateKey_expiresAt_idx" ON "DuplicateKey" ("expiresAt");

-- Which request a transaction runs again, who asked for it, and how.
CREATE TABLE "Replay" (
  "transactionId" UUID NOT NULL,
  "receiptId" UUID NOT NULL,
  "accountId" UUID NOT NULL,
  "checked" BOOLEAN NOT NULL,
  "edited" BOOLEAN NOT NULL,
  "replayedBy" UUID,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Replay_pkey" PRIMARY KEY ("transactionId")
);
CREATE INDEX "Replay_receiptId_idx" ON "Replay" ("receiptId");
CREATE INDEX "Replay_createdAt_idx" ON "Replay" ("createdAt");
