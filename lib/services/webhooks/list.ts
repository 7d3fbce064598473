import type { z } from "zod";
import type { WebhookPage, WebhookQuery } from "@/lib/contracts/webhooks";
import { isUuid } from "@/lib/core/uuid7-range";
import {
  countUnknownRequests,
  type ListedWebhook,
  listWebhooks as list,
  type WebhookListing,
} from "@/lib/queue/list-webhooks";
import { enterAccount } from "../accounts/enter";
import { type Context, requirePartnerAdmin } from "../context";
import { requireCursor } from "../cursor";
import { readWebhookSearch } from "./search-text";
import { toWebhookViews } from "./view";

type Narrowing = Pick<WebhookListing, "state" | "runOnce" | "deleted">;

const STATES: Record<NonNullable<WebhookQuery["state"]>, Narrowing> = {
  "never-started": { state: "NEVER_STARTED" },
  running: { state: "RUNNING", runOnce: false },
  "running-once": { state: "RUNNING", runOnce: true },
  finishing: { state: "FINISHING" },
  stopped: { state: "STOPPED" },
  deleted: { deleted: true },
};

/** Those that took the request with this id, or the request that began the Transaction with it. */
async function findByRequest(ctx: Context, listing: WebhookListing, id: string): Promise<ListedWebhook[]> {
  const transaction = await ctx.db.transaction.findUnique({ where: { id }, select: { receiptId: true } });
  const receiptIds = [id, ...(transaction?.receiptId ? [transaction.receiptId] : [])];
  const receipts = await ctx.db.receipt.findMany({ where: { id: { in: receiptIds } }, select: { webhookId: true } });
  const webhookId = receipts.find((receipt) => receipt.webhookId !== null)?.webhookId;
  return webhookId ? list(ctx.pool, { ...listing, id: webhookId }) : [];
}

type Unknown = Pick<z.infer<typeof WebhookPage>, "unknown" | "unknownIdentifier">;

/** Requests to an identifier that no webhook has, by that or by the id of one of them. */
async function findUnknown(ctx: Context, text: string): Promise<Unknown> {
  const select = { identifier: true };
  const where = { id: text, webhookId: null };
  const receipt = isUuid(text) ? await ctx.db.receipt.findUnique({ where, select }) : { identifier: text };
  const unknown = receipt ? await countUnknownRequests(ctx.pool, receipt.identifier) : 0;
  return { unknown, unknownIdentifier: unknown > 0 ? receipt!.identifier : null };
}

/** Those with the text: as a whole identifier when there is one, else as a part, in these letters if any has it so. */
async function find(ctx: Context, listing: WebhookListing, text: string): Promise<ListedWebhook[]> {
  if (isUuid(text)) return findByRequest(ctx, listing, text);
  const finds = async (wish: WebhookListing) =>
    (await list(ctx.pool, { ...wish, before: undefined, limit: 1 })).length > 0;
  const whole = { ...listing, identifier: text };
  if (await finds(whole)) return list(ctx.pool, whole);
  const exact = { ...listing, part: text, caseSensitive: true };
  const rows = await list(ctx.pool, exact);
  const isExact = rows.length > 0 || (listing.before !== undefined && (await finds(exact)));
  return isExact ? rows : list(ctx.pool, { ...listing, part: text });
}

/**
 * The Partner's webhooks, newest first, a page at a time; deleted ones too. `q` finds one by its URL or identifier, or by the id of a request
 * that it took or of the transaction that came of it, or several by 4 or more characters. Throws `forbidden`, `invalid` and, for an unknown account, `not_found`.
 */
export async function listWebhooks(ctx: Context, query: WebhookQuery): Promise<z.infer<typeof WebhookPage>> {
  requirePartnerAdmin(ctx);
  const text = query.q ? readWebhookSearch(query.q) : undefined;
  const accountId = query.accountId && (await enterAccount(ctx, query.accountId)).accountId;
  const listing: WebhookListing = {
    partnerId: ctx.partnerId,
    accountIds: accountId ? [accountId] : undefined,
    ...(query.state ? STATES[query.state] : {}),
    before: requireCursor(query.cursor, isUuid),
    limit: query.limit + 1,
  };
  const rows = text ? await find(ctx, listing, text) : await list(ctx.pool, listing);
  const none = { unknown: 0, unknownIdentifier: null };
  const unknown = text && rows.length === 0 ? await findUnknown(ctx, text) : none;
  const page = rows.slice(0, query.limit);
  const next = rows.length > query.limit ? page.at(-1)!.id : null;
  return { entries: await toWebhookViews(ctx, page), next, ...unknown };
}
