import type { CycleState } from "@/lib/core/cycle-state";
import { checkSecretNames } from "@/lib/core/webhook-check";
import { isHeldBy } from "./hold-scope";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";
import { bytesOfAccount, bytesOfWebhook } from "./stored-bytes";

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
  allowedIps: string;
  /** The secrets of its check by their names, encrypted. */
  checkSecrets: { readonly [name: string]: string };
  /** A hold is on it, its cycle or its account. */
  held: boolean;
  /** Null: none is set. */
  limits: FoundLimits | null;
};

export type RateLimit = { perSecond: number; burst: number };

/** Bytes of bodies that may be kept, and those that were when the webhook was read. */
export type BytesLimit = { limit: number; stored: number };

/** What a webhook and its account may receive; null where there is no limit. */
export type FoundLimits = {
  webhook: RateLimit | null;
  account: RateLimit | null;
  webhookBytes: BytesLimit | null;
  accountBytes: BytesLimit | null;
  /** Transactions that the webhook began and that may be unfinished at the same time. */
  unfinished: number | null;
};

const rateLimit = (row: string) =>
  `CASE WHEN ${row}."requestsPerSecond" IS NOT NULL THEN json_build_object('perSecond', ${row}."requestsPerSecond",
          'burst', coalesce(${row}."requestBurst", ${row}."requestsPerSecond")) END`;

const bytesLimit = (row: string, stored: string) =>
  `CASE WHEN ${row}."storedBytesLimit" IS NOT NULL
        THEN json_build_object('limit', ${row}."storedBytesLimit", 'stored', ${stored}) END`;

const FIND = `
  SELECT webhook.id AS "webhookId", webhook."accountId", webhook."cycleId", webhook."stepId", webhook."listeningUntil",
    cycle.state, cycle."stoppedAt", version.id AS "versionId", version.graph,
    webhook."allowedIps",
    coalesce((SELECT json_object_agg(secret.name, secret.ciphertext) FROM "StepSecret" AS secret
      WHERE secret."cycleId" = webhook."cycleId" AND secret."stepId" = webhook."stepId" AND secret.name = ANY ($2)), '{}')
      AS "checkSecrets",
    EXISTS (SELECT FROM "Hold" AS hold WHERE hold."endedAt" IS NULL
      AND ${isHeldBy("hold", `webhook."accountId"`, `webhook."cycleId"`, `webhook."stepId"`)}) AS held,
    CASE WHEN webhook."requestsPerSecond" IS NOT NULL OR account."requestsPerSecond" IS NOT NULL
      OR webhook."storedBytesLimit" IS NOT NULL OR account."storedBytesLimit" IS NOT NULL
      OR webhook."unfinishedLimit" IS NOT NULL
    THEN json_build_object('webhook', ${rateLimit("webhook")}, 'account', ${rateLimit("account")},
      'webhookBytes', ${bytesLimit("webhook", bytesOfWebhook("webhook.id"))},
      'accountBytes', ${bytesLimit("account", bytesOfAccount("account.id"))},
      'unfinished', webhook."unfinishedLimit") END AS limits
  FROM "Webhook" AS webhook
  JOIN "Cycle" AS cycle ON cycle.id = webhook."cycleId" AND cycle."deletedAt" IS NULL
  JOIN "Account" AS account ON account.id = cycle."accountId" AND account."deletedAt" IS NULL
  LEFT JOIN "CycleVersion" AS version ON version.id = cycle."publishedVersionId"
  WHERE webhook.identifier = $1`;

const values = (identifier: string) => [identifier, arrayOf(Object.values(checkSecretNames))];
const timeoutMs = 10_000;

/** The webhook with this identifier, unless its step, cycle or account has been deleted. */
export async function findWebhook(pool: Db, identifier: string): Promise<FoundWebhook | undefined> {
  const text = `${FIND} AND webhook."deletedAt" IS NULL`;
  const [found] = await run<FoundWebhook>(pool, { name: "find-webhook", text, values: values(identifier), timeoutMs });
  return found;
}

/** The same, also when its step has been deleted: earlier versions may have it. */
export async function findOnceWebhook(pool: Db, identifier: string): Promise<FoundWebhook | undefined> {
  const [found] = await run<FoundWebhook>(pool, {
    name: "find-once-webhook",
    text: FIND,
    values: values(identifier),
    timeoutMs,
  });
  return found;
}
