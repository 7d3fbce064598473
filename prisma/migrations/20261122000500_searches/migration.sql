-- One ending among the others of an account or a cycle, however rare: completed transactions don't pay for it.
CREATE INDEX "Transaction_account_ending_idx" ON "Transaction" ("accountId", "state", "id" DESC)
  WHERE "state" IN ('FAILED', 'CANCELLED', 'DISCARDED');
CREATE INDEX "Transaction_cycle_ending_idx" ON "Transaction" ("cycleId", "state", "id" DESC)
  WHERE "state" IN ('FAILED', 'CANCELLED', 'DISCARDED');

-- One answer among the other refusals of a webhook.
DROP INDEX "Receipt_webhook_refused_idx";
CREATE INDEX "Receipt_webhook_refused_idx" ON "Receipt" ("webhookId", "outcome", "id" DESC) WHERE "outcome" <> 'ACCEPTED';

-- Webhooks are found by any 4 characters or more of their identifiers: by the pieces of 4 in those, whatever the case.
-- Identifiers have 22 characters. One expression without a loop is worked out in place.
CREATE FUNCTION identifier_pieces(identifier text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[
    substr(lower(identifier), 1, 4), substr(lower(identifier), 2, 4), substr(lower(identifier), 3, 4), substr(lower(identifier), 4, 4),
    substr(lower(identifier), 5, 4), substr(lower(identifier), 6, 4), substr(lower(identifier), 7, 4), substr(lower(identifier), 8, 4),
    substr(lower(identifier), 9, 4), substr(lower(identifier), 10, 4), substr(lower(identifier), 11, 4), substr(lower(identifier), 12, 4),
    substr(lower(identifier), 13, 4), substr(lower(identifier), 14, 4), substr(lower(identifier), 15, 4), substr(lower(identifier), 16, 4),
    substr(lower(identifier), 17, 4), substr(lower(identifier), 18, 4), substr(lower(identifier), 19, 4)
  ]
$$;
CREATE INDEX "Webhook_pieces_idx" ON "Webhook" USING gin (identifier_pieces("identifier")) WITH (gin_pending_list_limit = 256);
