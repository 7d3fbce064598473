ALTER TABLE "Webhook"
  ADD COLUMN "storedBytesLimit" BIGINT,
  ADD COLUMN "unfinishedLimit" INTEGER,
  ADD CONSTRAINT "Webhook_kept_limits_positive" CHECK ("storedBytesLimit" >= 1 AND "unfinishedLimit" >= 1);

-- Like "StoredBytes" it begins empty: what was stored before is not counted, for that every receipt would have to be read.
CREATE TABLE "WebhookStoredBytes" (
    "webhookId" UUID NOT NULL,
    "day" DATE NOT NULL,
    "bytes" BIGINT NOT NULL,

    CONSTRAINT "WebhookStoredBytes_pkey" PRIMARY KEY ("webhookId", "day")
);
