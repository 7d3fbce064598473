import type { IdRange } from "@/lib/core/partition-days";
import { uuidRange } from "@/lib/core/uuid7-range";
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

function holds(conditions: Conditions, text: string): string {
  const inBody = bytesHold("body", conditions.parameter(text));
  const range = uuidRange(text);
  if (!range) return inBody;
  const [least, greatest] = [conditions.parameter(range.least), conditions.parameter(range.greatest)];
  return `("transactionId" BETWEEN ${least} AND ${greatest} OR ${inBody})`;
}

/**
 * A page of a Webhook's Receipts, newest first; with a text those whose id begins with it, or else those that hold it in
 * their body or whose Transaction's id begins with it.
 */
export function searchReceipts(db: Db, search: ReceiptSearch): Promise<FoundIds> {
  const { text, before, limit } = search;
  const test = (conditions: Conditions) =>
    [filter(search, conditions) ?? [], text ? holds(conditions, text) : []].flat().join(" AND ");
  return searchRows(db, {
    table: "Receipt",
    narrow: (listed) => narrow(search, listed),
    filter: (conditions) => filter(search, conditions),
    look: (conditions, rows) =>
      lookInRows(db, {
        table: "Receipt",
        columns: `outcome, "receivedAt", "clientIp"${text ? `, "transactionId", body` : ""}`,
        conditions,
        test,
        rows,
      }),
    text,
    before,
    limit,
  });
}
