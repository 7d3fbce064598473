import type { IdRange } from "@/lib/core/partition-days";
import { bodySpellings } from "./body-spellings";
import { Conditions } from "./conditions";
import { idsFrom, idsTo } from "./id-span";
import { type FoundIds, lookInRows, searchRows } from "./search-rows";
import { bytesHold } from "./search-text";
import type { Db } from "./statement";

export type ReceiptSearch = {
  /** Null: requests to identifiers that no Webhook has. */
  webhookId: string | null;
  identifier?: string;
  outcome?: string;
  from?: Date;
  to?: Date;
  clientIp?: string;
  /** Only Receipts before this id. */
  before?: string;
  text?: string;
  limit: number;
};

/** A door makes a request's id and its time at once by one clock. Only one that is set back brings them apart. */
const SLACK_MS = 10_000;

/** In a range of ids all rows but those at its two ends are of the time that is asked for, so that a page is soon full. */
const narrow = (search: ReceiptSearch, listed: IdRange) =>
  new Conditions()
    .add((id) => `id >= ${id}`, listed.least)
    .add((id) => `id < ${id}`, listed.end)
    .add((webhook) => `"webhookId" = ${webhook}`, search.webhookId ?? undefined)
    .also(search.webhookId === null ? `"webhookId" IS NULL` : null)
    .add((outcome) => `outcome = ${outcome}::"ReceiptOutcome"`, isRefusal(search.outcome) ? search.outcome : undefined)
    .add((id) => `id >= ${id}`, idsFrom(search.from, SLACK_MS))
    .add((id) => `id <= ${id}`, idsTo(search.to, SLACK_MS))
    .add((time) => `"receivedAt" >= ${time}`, search.from)
    .add((time) => `"receivedAt" <= ${time}`, search.to);

/** Accepted requests are most of all, so they have no index of their own. */
const isRefusal = (outcome: string | undefined) => outcome !== undefined && outcome !== "ACCEPTED";

function filter(search: ReceiptSearch, conditions: Conditions): string | null {
  const { outcome, clientIp, identifier } = search;
  const parts = [
    identifier === undefined ? [] : `identifier = ${conditions.parameter(identifier)}`,
    outcome !== undefined && !isRefusal(outcome) ? `outcome = ${conditions.parameter(outcome)}::"ReceiptOutcome"` : [],
    clientIp === undefined ? [] : `"clientIp" = ${conditions.parameter(clientIp)}`,
  ].flat();
  return parts.length === 0 ? null : parts.join(" AND ");
}

/** SQL: Receipts of requests that began or continued a Transaction whose id lies between these. */
const ofTransactions = (least: string, greatest: string) => `id = ANY (ARRAY(
  (SELECT "receiptId" FROM "Transaction" WHERE id BETWEEN ${least} AND ${greatest} AND "receiptId" IS NOT NULL LIMIT 1000)
  UNION ALL
  (SELECT "receiptId" FROM "Continuation" WHERE "transactionId" BETWEEN ${least} AND ${greatest} AND "receiptId" IS NOT NULL
    ORDER BY "transactionId" DESC, number DESC LIMIT 1000)
))`;

/**
 * A page of Receipts, newest first; with a text those whose id begins with it, or that began or continued a Transaction whose id
 * does, or else those that hold it in their body.
 */
export function searchReceipts(db: Db, search: ReceiptSearch): Promise<FoundIds> {
  const { text, before, limit } = search;
  const test = (conditions: Conditions) =>
    [filter(search, conditions) ?? [], text ? bytesHold("body", conditions.parameter(bodySpellings(text))) : []]
      .flat()
      .join(" AND ");
  return searchRows(db, {
    table: "Receipt",
    narrow: (listed) => narrow(search, listed),
    filter: (conditions) => filter(search, conditions),
    belongs: ofTransactions,
    look: (conditions, rows) =>
      lookInRows(db, {
        table: "Receipt",
        columns: `outcome, "clientIp", identifier${text ? `, body` : ""}`,
        bytes: text ? "coalesce(octet_length(body), 0)" : undefined,
        conditions,
        test,
        rows,
      }),
    text,
    before,
    limit,
  });
}
