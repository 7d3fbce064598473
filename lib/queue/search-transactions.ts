import type { IdRange } from "@/lib/core/partition-days";
import { Conditions } from "./conditions";
import { idsFrom, idsTo, spanOf } from "./id-span";
import { arrayOf } from "./packed-rows";
import { type FoundIds, lookInRows, type Part, searchRows } from "./search-rows";
import { bytesHold, likeAnywhere } from "./search-text";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

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

/** These have indexes of their own. */
const UNSUCCESSFUL: ReadonlySet<string | undefined> = new Set(["FAILED", "CANCELLED", "DISCARDED"]);

const isIndexed = (state: string | undefined) => OPEN.has(state) || UNSUCCESSFUL.has(state);

const narrow = (search: TransactionSearch, listed: IdRange) =>
  new Conditions()
    .add((id) => `id >= ${id}`, listed.least)
    .add((id) => `id < ${id}`, listed.end)
    .add((account) => `"accountId" = ${account}`, search.accountId)
    .add((cycle) => `"cycleId" = ${cycle}`, search.cycleId)
    .add((state) => `state = ${state}::"TransactionState"`, isIndexed(search.state) ? search.state : undefined)
    .add(
      (account) => `id IN (SELECT "transactionId" FROM "Job" WHERE "accountId" = ${account})`,
      OPEN.has(search.state) ? search.accountId : undefined,
    )
    .add((id) => `id >= ${id}`, idsFrom(search.from))
    .add((id) => `id <= ${id}`, idsTo(search.to));

function filter({ state, from, to }: TransactionSearch, conditions: Conditions): string | null {
  const parts = [
    state === undefined || isIndexed(state) ? [] : `state = ${conditions.parameter(state)}::"TransactionState"`,
    from === undefined ? [] : `"acceptedAt" >= ${conditions.parameter(from)}`,
    to === undefined ? [] : `"acceptedAt" <= ${conditions.parameter(to)}`,
  ].flat();
  return parts.length === 0 ? null : parts.join(" AND ");
}

type Scanned = { id: string; receiptId: string | null; wanted: boolean; holds: boolean };

/** Which of these hold the text in their request's body or in what their Steps took and gave. */
async function readHolding(db: Db, scanned: readonly Scanned[], text: string): Promise<Set<string>> {
  const ids = scanned.map(({ id }) => id);
  const receiptIds = scanned.map(({ receiptId }) => receiptId);
  // The bounds let PostgreSQL look into the partitions of those days alone.
  const rows = await run<{ id: string }>(db, {
    name: "",
    text: `
      SELECT t.id FROM unnest($1::uuid[], $2::uuid[]) AS t(id, "receiptId")
      WHERE (
          SELECT ${bytesHold("body", "$3")} FROM "Receipt" WHERE "Receipt".id = t."receiptId" AND "Receipt".id BETWEEN $5 AND $6
        )
        OR (
          SELECT bool_or(steps::text ILIKE $4) FROM "Checkpoint"
          WHERE "transactionId" = t.id AND "transactionId" BETWEEN $7 AND $8
        )`,
    values: [
      arrayOf(ids),
      arrayOf(receiptIds),
      text,
      likeAnywhere(text),
      ...spanOf(receiptIds.flatMap((id) => id ?? [])),
      ...spanOf(ids),
    ],
    timeoutMs: TIMEOUT_MS,
  });
  return new Set(rows.map(({ id }) => id));
}

async function lookForText(
  db: Db,
  search: TransactionSearch & { text: string },
  conditions: Conditions,
  rows: number,
): Promise<Part> {
  const { where } = conditions;
  const scanned = await run<Scanned>(db, {
    name: "",
    text: `
      SELECT id, "receiptId", ${filter(search, conditions) ?? "true"} AS wanted,
        coalesce(error ILIKE ${conditions.parameter(likeAnywhere(search.text))}, false) AS holds
      FROM "Transaction" WHERE ${where} ORDER BY id DESC LIMIT ${rows}`,
    values: conditions.values,
    timeoutMs: TIMEOUT_MS,
  });
  const wanted = scanned.filter((row) => row.wanted);
  const unsure = wanted.filter((row) => !row.holds);
  const holding = unsure.length === 0 ? new Set() : await readHolding(db, unsure, search.text);
  return {
    found: wanted.filter((row) => row.holds || holding.has(row.id)).map(({ id }) => id),
    last: scanned.at(-1)?.id ?? null,
    looked: scanned.length,
  };
}

/**
 * A page of an Account's Transactions, newest first; with a text those whose id begins with it, or else those that hold
 * it in their error, their request's body or what their Steps took and gave.
 */
export function searchTransactions(db: Db, search: TransactionSearch): Promise<FoundIds> {
  const { text, before, limit } = search;
  return searchRows(db, {
    table: "Transaction",
    narrow: (listed) => narrow(search, listed),
    filter: (conditions) => filter(search, conditions),
    look: (conditions, rows) =>
      text
        ? lookForText(db, { ...search, text }, conditions, rows)
        : lookInRows(db, {
            table: "Transaction",
            columns: `state, "acceptedAt"`,
            conditions,
            test: (tested) => filter(search, tested)!,
            rows,
          }),
    text,
    before,
    limit,
  });
}
