import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import type { CycleState } from "@/lib/core/cycle-state";
import type { Graph } from "@/lib/core/graph";
import { newIdentifier } from "@/lib/services/webhooks/identifier";

const step = (id: string, type: string, settings: Graph["steps"][number]["settings"] = {}) => ({
  id,
  type,
  name: id,
  position: { x: 0, y: 0 },
  settings,
});

/** Begins with a webhook and answers nobody. */
export const asynchronousGraph: Graph = {
  steps: [step("hook", "webhook"), step("fields", "set-fields")],
  edges: [{ from: "hook", exit: "next", to: "fields" }],
  variables: [],
};

/** Begins with a webhook and can reach a Synchronous Response. */
export const synchronousGraph: Graph = {
  steps: [step("hook", "webhook"), step("answer", "sync-response")],
  edges: [{ from: "hook", exit: "next", to: "answer" }],
  variables: [],
};

export type MadeWebhook = {
  identifier: string;
  webhookId: string;
  accountId: string;
  cycleId: string;
  versionId: string | null;
};

export type WebhookWish = { state?: CycleState; stoppedAt?: Date; graph?: Graph | null; stepId?: string };

/** Writes an account with one cycle, its published version (`graph: null` leaves it out) and the webhook of one step. */
export async function makeWebhook(pool: Pool, wish: WebhookWish = {}): Promise<MadeWebhook> {
  const { state = "RUNNING", stoppedAt = null, graph = asynchronousGraph, stepId = "hook" } = wish;
  const [partnerId, accountId, cycleId, webhookId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const versionId = graph && randomUUID();
  const identifier = newIdentifier();
  const finishSeq = state === "FINISHING" ? 0 : null;
  await pool.query(`INSERT INTO "Partner" (id, name) VALUES ($1, 'Partner')`, [partnerId]);
  await pool.query(`INSERT INTO "Account" (id, "partnerId", name) VALUES ($1, $2, 'Account')`, [accountId, partnerId]);
  await pool.query(
    `INSERT INTO "Cycle" (id, "accountId", name, state, "stoppedAt", "finishSeq", draft, "updatedAt")
     VALUES ($1, $2, 'Cycle', $3, $4, $5, $6, now())`,
    [cycleId, accountId, state, stoppedAt, finishSeq, graph ?? asynchronousGraph],
  );
  if (versionId) {
    await pool.query(`INSERT INTO "CycleVersion" (id, "cycleId", number, graph) VALUES ($1, $2, 1, $3)`, [
      versionId,
      cycleId,
      graph,
    ]);
    await pool.query(`UPDATE "Cycle" SET "publishedVersionId" = $2 WHERE id = $1`, [cycleId, versionId]);
  }
  await pool.query(
    `INSERT INTO "Webhook" (id, identifier, "accountId", "cycleId", "stepId", "stepName") VALUES ($1, $2, $3, $4, $5, $5)`,
    [webhookId, identifier, accountId, cycleId, stepId],
  );
  return { identifier, webhookId, accountId, cycleId, versionId };
}
