import type { IdRange } from "@/lib/core/partition-days";
import { uuidRange } from "@/lib/core/uuid7-range";
import { Conditions } from "./conditions";
import { idsFrom, idsTo } from "./id-span";
import { type FoundIds, searchRows } from "./search-rows";
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
    .add((outcome) => `outcome = ${outcome}::"ReceiptOutcome"`, search.outcome)
    .add((time) => `"receivedAt" >= ${time}`, search.from)
    .add((time) => `"receivedAt" <= ${time}`, search.to)
    .add((id) => `id >= ${id}`, idsFrom(search.from))
    .add((id) => `id <= ${id}`, idsTo(search.to))
    .add((ip) => `"clientIp" = ${ip}`, search.clientIp)
    .add((id) => `id < ${id}`, search.before);

function holds(conditions: Conditions, text: string): string {
  const inBody = bytesHold("body", conditions.parameter(text));
  const range = uuidRange(text);
  if (!range) return inBody;
  const [least, greatest] = [conditions.parameter(range.least), conditions.parameter(range.greatest)];
  return `("transactionId" BETWEEN ${least} AND ${greatest} OR ${inBody})`;
}

/**
 * A page of a Webhook's Receipts, newest first; with a text those whose id begins with it, or else those that hold it in
 * their body or whose Transaction's id begins with it. A search looks through 5,000 of them.
 */
export const searchReceipts = (db: Db, search: ReceiptSearch): Promise<FoundIds> =>
  searchRows(db, {
    table: "Receipt",
    narrow: (listed) => narrow(search, listed),
    columns: `body, "transactionId"`,
    holds: (conditions) => holds(conditions, search.text ?? ""),
    text: search.text,
    limit: search.limit,
  });
