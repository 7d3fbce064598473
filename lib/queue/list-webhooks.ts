import type { CycleState } from "@/lib/core/cycle-state";
import { listedIds } from "@/lib/core/partition-days";
import { Conditions } from "./conditions";
import { likeAnywhere } from "./search-text";
import { type Db, run } from "./statement";

/** Characters in each piece of an identifier that webhooks are found by. */
const PIECE = 4;

export type WebhookListing = {
  partnerId: string;
  /** Only Webhooks of these Accounts. */
  accountIds?: string[];
  /** Of Cycles in this state, deleted ones left out. */
  state?: CycleState;
  runOnce?: boolean;
  /** Only those whose Step, Cycle or both were deleted. */
  deleted?: boolean;
  id?: string;
  identifier?: string;
  /** A part of the identifier, by `caseSensitive` in exactly these letters. */
  part?: string;
  caseSensitive?: boolean;
  before?: string;
  limit: number;
};

export type ListedWebhook = {
  id: string;
  identifier: string;
  createdAt: Date;
  lastRequestAt: Date | null;
  deletedAt: Date | null;
  accountId: string;
  accountName: string;
  cycleId: string;
  cycleName: string;
  cycleState: CycleState;
  runOnce: boolean;
  cycleDeletedAt: Date | null;
  stepId: string;
  stepName: string;
  /** Of the Release that the Cycle is for; null of an Account's own. */
  templateId: string | null;
  templateName: string | null;
  releaseNumber: number | null;
};

/** All that a part of an identifier has in the index `Webhook_pieces_idx`. */
function piecesOf(part: string): string[] {
  const text = part.toLowerCase();
  return Array.from({ length: Math.max(0, text.length - PIECE + 1) }, (_, index) => text.slice(index, index + PIECE));
}

/** The table, or of it the rows with a part: these are found before anything is joined to them, as they are few. */
function source({ part, caseSensitive }: WebhookListing, conditions: Conditions): string {
  if (part === undefined) return `"Webhook"`;
  const [pieces, like] = [conditions.parameter(piecesOf(part)), conditions.parameter(likeAnywhere(part))];
  return `(
        SELECT * FROM "Webhook"
        WHERE identifier_pieces(identifier) @> ${pieces}::text[] AND identifier ${caseSensitive ? "LIKE" : "ILIKE"} ${like}
        OFFSET 0
      )`;
}

function narrow(listing: WebhookListing): Conditions {
  const deleted = `(webhook."deletedAt" IS NOT NULL OR cycle."deletedAt" IS NOT NULL)`;
  return (
    new Conditions()
      // An array, since a join has PostgreSQL take one account after the other, which never gives the newest first.
      .add(
        (partner) => `webhook."accountId" = ANY (ARRAY(SELECT id FROM "Account" WHERE "partnerId" = ${partner}))`,
        listing.partnerId,
      )
      .add((ids) => `webhook."accountId" = ANY(${ids}::uuid[])`, listing.accountIds)
      .add((state) => `cycle.state = ${state}::"CycleState" AND NOT ${deleted}`, listing.state)
      .add((once) => `cycle."runOnce" = ${once}`, listing.runOnce)
      .also(listing.deleted ? deleted : null)
      .add((id) => `webhook.id = ${id}`, listing.id)
      .add((identifier) => `webhook.identifier = ${identifier}`, listing.identifier)
      .add((id) => `webhook.id < ${id}`, listing.before)
  );
}

/** Webhooks of a Partner with their Account, Cycle and Step, newest first; deleted ones and those of Releases too. */
export function listWebhooks(db: Db, listing: WebhookListing): Promise<ListedWebhook[]> {
  const conditions = narrow(listing);
  const { where } = conditions;
  return run<ListedWebhook>(db, {
    name: "",
    text: `
      SELECT webhook.id, webhook.identifier, webhook."createdAt", webhook."lastRequestAt", webhook."deletedAt",
        webhook."stepId", webhook."stepName", account.id AS "accountId", account.name AS "accountName",
        cycle.id AS "cycleId", cycle.name AS "cycleName", cycle.state AS "cycleState", cycle."runOnce",
        cycle."deletedAt" AS "cycleDeletedAt", template.id AS "templateId", template.name AS "templateName",
        release.number AS "releaseNumber"
      FROM ${source(listing, conditions)} AS webhook
      JOIN "Cycle" AS cycle ON cycle.id = webhook."cycleId"
      JOIN "Account" AS account ON account.id = webhook."accountId"
      LEFT JOIN "Release" AS release ON release.id = cycle."releaseId"
      LEFT JOIN "Template" AS template ON template.id = release."templateId"
      WHERE ${where}
      ORDER BY webhook.id DESC
      LIMIT ${conditions.parameter(listing.limit)}`,
    values: conditions.values,
    timeoutMs: 15_000,
  });
}

/** How many of the newest 10,000 requests to unknown identifiers were to this one. */
export async function countUnknownRequests(db: Db, identifier: string): Promise<number> {
  const { least, end } = listedIds(new Date());
  const [row] = await run<{ count: number }>(db, {
    name: "",
    text: `
      SELECT count(*)::int AS count
      FROM (SELECT identifier FROM "Receipt" WHERE "webhookId" IS NULL AND id >= $2 AND id < $3 ORDER BY id DESC LIMIT 10000) AS newest
      WHERE identifier = $1`,
    values: [identifier, least, end],
    timeoutMs: 15_000,
  });
  return row?.count ?? 0;
}
