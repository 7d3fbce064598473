import type { IdRange } from "@/lib/core/partition-days";
import { Conditions } from "./conditions";
import { idsFrom, idsTo } from "./id-span";
import { type FoundIds, lookInRows, searchRows } from "./search-rows";
import { bytesHold } from "./search-text";
import type { Db } from "./statement";

export type ReceiptSearch = {
  webhookId: string;
  outcome?: string;
  from?: Date;
  to?: Date;
  clientIp?: string;
  /** Only Receipts before this id. */
  before?: string;
  text?: string;
  limit: number;
};

const narrow = (search: ReceiptSearch, listed: IdRange) =>
  new Conditions()
    .add((id) => `id >= ${id}`, listed.least)
    .add((id) => `id < ${id}`, listed.end)
    .add((webhook) => `"webhookId" = ${webhook}`, search.webhookId)
    .add((outcome) => `outcome = ${outcome}::"ReceiptOutcome"`, isRefusal(search.outcome) ? search.outcome : undefined)
    .add((id) => `id >= ${id}`, idsFrom(search.from))
    .add((id) => `id <= ${id}`, idsTo(search.to));

/** Accepted requests are most of all, so they have no index of their own. */
const isRefusal = (outcome: string | undefined) => outcome !== undefined && outcome !== "ACCEPTED";

function filter(search: ReceiptSearch, conditions: Conditions): string | null {
  const { outcome, from, to, clientIp } = search;
  const parts = [
    outcome !== undefined && !isRefusal(outcome) ? `outcome = ${conditions.parameter(outcome)}::"ReceiptOutcome"` : [],
    from === undefined ? [] : `"receivedAt" >= ${conditions.parameter(from)}`,
    to === undefined ? [] : `"receivedAt" <= ${conditions.parameter(to)}`,
    clientIp === undefined ? [] : `"clientIp" = ${conditions.parameter(clientIp)}`,
  ].flat();
  return parts.length === 0 ? null : parts.join(" AND ");
}

/**
 * A page of a Webhook's Receipts, newest first; with a text those whose id begins with it, or whose Transaction's id
 * does, or else those that hold it in their body.
 */
export function searchReceipts(db: Db, search: ReceiptSearch): Promise<FoundIds> {
  const { text, before, limit } = search;
  const test = (conditions: Conditions) =>
    [filter(search, conditions) ?? [], text ? bytesHold("body", conditions.parameter(text)) : []].flat().join(" AND ");
  return searchRows(db, {
    table: "Receipt",
    narrow: (listed) => narrow(search, listed),
    filter: (conditions) => filter(search, conditions),
    belongs: (least, greatest) =>
      `id = ANY (ARRAY(SELECT "receiptId" FROM "Transaction" WHERE id BETWEEN ${least} AND ${greatest} LIMIT 1000))`,
    look: (conditions, rows) =>
      lookInRows(db, {
        table: "Receipt",
        columns: `outcome, "receivedAt", "clientIp"${text ? `, body` : ""}`,
        conditions,
        test,
        rows,
      }),
    text,
    before,
    limit,
  });
}
