import type { CycleState } from "@/lib/core/cycle-state";
import { type Db, run } from "./statement";

/** A webhook with what the door needs of its cycle. */
export type FoundWebhook = {
  webhookId: string;
  accountId: string;
  cycleId: string;
  stepId: string;
  listeningUntil: Date | null;
  state: CycleState;
  stoppedAt: Date | null;
  /** The published version and its Graph; null when nothing has been published. */
  versionId: string | null;
  graph: unknown;
};

/** The webhook with this identifier, unless its step, cycle or account has been deleted. */
export async function findWebhook(pool: Db, identifier: string): Promise<FoundWebhook | undefined> {
  const rows = await run<FoundWebhook>(pool, {
    name: "find-webhook",
    text: `
      SELECT webhook.id AS "webhookId", webhook."accountId", webhook."cycleId", webhook."stepId", webhook."listeningUntil",
        cycle.state, cycle."stoppedAt", version.id AS "versionId", version.graph
      FROM "Webhook" AS webhook
      JOIN "Cycle" AS cycle ON cycle.id = webhook."cycleId" AND cycle."deletedAt" IS NULL
      JOIN "Account" AS account ON account.id = cycle."accountId" AND account."deletedAt" IS NULL
      LEFT JOIN "CycleVersion" AS version ON version.id = cycle."publishedVersionId"
      WHERE webhook.identifier = $1 AND webhook."deletedAt" IS NULL`,
    values: [identifier],
    timeoutMs: 10_000,
  });
  return rows[0];
}
