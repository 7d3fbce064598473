ALTER TABLE "Account"
  ADD COLUMN "requestsPerSecond" INTEGER,
  ADD COLUMN "requestBurst" INTEGER,
  ADD COLUMN "storedBytesLimit" BIGINT,
  ADD CONSTRAINT "Account_limits_positive"
    CHECK ("requestsPerSecond" >= 1 AND "requestBurst" >= 1 AND "storedBytesLimit" >= 0);

ALTER TABLE "Webhook"
  ADD COLUMN "requestsPerSecond" INTEGER,
  ADD COLUMN "requestBurst" INTEGER,
  ADD CONSTRAINT "Webhook_limits_positive" CHECK ("requestsPerSecond" >= 1 AND "requestBurst" >= 1);

CREATE TABLE "StoredBytes" (
    "accountId" UUID NOT NULL,
    "day" DATE NOT NULL,
    "bytes" BIGINT NOT NULL,

    CONSTRAINT "StoredBytes_pkey" PRIMARY KEY ("accountId", "day")
);
