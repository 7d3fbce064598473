-- A webhook's refused requests are looked for among very many accepted ones.
CREATE INDEX "Receipt_webhook_refused_idx" ON "Receipt" ("webhookId", "id" DESC) WHERE "outcome" <> 'ACCEPTED';
