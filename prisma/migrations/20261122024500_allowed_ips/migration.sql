-- Addresses that may send to a Webhook (IP Filtered). Blank allows nobody; other types of webhooks don't read it.
ALTER TABLE "Webhook" ADD COLUMN "allowedIps" TEXT NOT NULL DEFAULT '';
