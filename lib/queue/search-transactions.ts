import type { IdRange } from "@/lib/core/partition-days";
import { Conditions } from "./conditions";
import { idsFrom, idsTo } from "./id-span";
import { type FoundIds, searchRows } from "./search-rows";
import { bytesHold, likeAnywhere } from "./search-text";
import type { Db } from "./statement";

export type TransactionSearch = {
  accountId: string;
  cycleId?: string;
  state?: string;
  from?: Date;
  to?: Date;
  /** Only Transactions before this id. */
  before?: string;
  text?: string;
  limit: number;
};

/** A Transaction in one of these states has a Job, and there are few Jobs where there are many Transactions. */
const OPEN: ReadonlySet<string | undefined> = new Set(["QUEUED", "RUNNING", "WAITING"]);

const narrow = (search: TransactionSearch, listed: IdRange) =>
  new Conditions()
    .add((id) => `id >= ${id}`, listed.least)
    .add((id) => `id < ${id}`, listed.end)
    .add((account) => `"accountId" = ${account}`, search.accountId)
    .add((cycle) => `"cycleId" = ${cycle}`, search.cycleId)
    .add((state) => `state = ${state}::"TransactionState"`, search.state)
    .add(
      (account) => `id IN (SELECT "transactionId" FROM "Job" WHERE "accountId" = ${account})`,
      OPEN.has(search.state) ? search.accountId : undefined,
    )
    .add((id) => `id < ${id}`, search.before)
    .add((time) => `"acceptedAt" >= ${time}`, search.from)
    .add((time) => `"acceptedAt" <= ${time}`, search.to)
    .add((id) => `id >= ${id}`, idsFrom(search.from))
    .add((id) => `id <= ${id}`, idsTo(search.to));

// The lookups are scalar subqueries: PostgreSQL runs them row by row as far as LIMIT wants, never over a whole table.
function holds(conditions: Conditions, text: string): string {
  const like = conditions.parameter(likeAnywhere(text));
  return `(error ILIKE ${like}
    OR (SELECT ${bytesHold("body", conditions.parameter(text))} FROM "Receipt" WHERE "Receipt".id = scanned."receiptId")
    OR (SELECT bool_or(steps::text ILIKE ${like}) FROM "Checkpoint" WHERE "transactionId" = scanned.id))`;
}

/**
 * A page of an Account's Transactions, newest first; with a text those whose id begins with it, or else those that hold
 * it in their error, their request's body or what their Steps took and gave. A search looks through 5,000 of them.
 */
export const searchTransactions = (db: Db, search: TransactionSearch): Promise<FoundIds> =>
  searchRows(db, {
    table: "Transaction",
    narrow: (listed) => narrow(search, listed),
    columns: `error, "receiptId"`,
    holds: (conditions) => holds(conditions, search.text ?? ""),
    text: search.text,
    limit: search.limit,
  });
