import { firstUuid7At, uuidRange } from "@/lib/core/uuid7-range";
import { bytesHold, likeAnywhere } from "./search-text";
import { type Db, run } from "./statement";

export type TransactionSearch = {
  accountId: string;
  cycleId?: string;
  state?: string;
  from?: Date;
  to?: Date;
  /** Only Transactions before this id. */
  before?: string;
  text: string;
  limit: number;
};

export type FoundIds = {
  /** Newest first. */
  ids: string[];
  /** Where to go on: the last id that was looked at; null when there are no more. */
  next: string | null;
};

/** Transactions looked through by one search. Who wants more goes on from `next`, so no search reads the whole table. */
export const MOST_SEARCHED = 5_000;
const TIMEOUT_MS = 15_000;
/** An id is made a little before its Transaction is accepted. */
const ID_SLACK_MS = 10 * 60_000;

/** The conditions that don't look into texts, and their parameters. */
function narrow(search: Omit<TransactionSearch, "text" | "limit">) {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const add = (condition: (parameter: string) => string, value: unknown) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  const slack = (time: Date | undefined, ms: number) => time && firstUuid7At(new Date(time.getTime() + ms));
  add((account) => `"accountId" = ${account}`, search.accountId);
  add((cycle) => `"cycleId" = ${cycle}`, search.cycleId);
  add((state) => `state = ${state}::"TransactionState"`, search.state);
  add((id) => `id < ${id}`, search.before);
  add((time) => `"acceptedAt" >= ${time}`, search.from);
  add((id) => `id >= ${id}`, slack(search.from, -ID_SLACK_MS));
  add((time) => `"acceptedAt" <= ${time}`, search.to);
  add((id) => `id <= ${id}`, slack(search.to, ID_SLACK_MS));
  return { values, where: conditions.join(" AND ") };
}

type Scan = ReturnType<typeof narrow>;

async function withIdLike(db: Db, { values, where }: Scan, { text, limit }: TransactionSearch): Promise<string[]> {
  const range = uuidRange(text);
  if (!range) return [];
  const at = values.length;
  const rows = await run<{ id: string }>(db, {
    name: "",
    text: `SELECT id FROM "Transaction" WHERE ${where} AND id BETWEEN $${at + 1} AND $${at + 2} ORDER BY id DESC LIMIT $${at + 3}`,
    values: [...values, range.least, range.greatest, limit + 1],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.map(({ id }) => id);
}

// The lookups are scalar subqueries: PostgreSQL runs them row by row as far as LIMIT wants, and never over whole tables.
async function withTextLike(db: Db, { values, where }: Scan, { text, limit }: TransactionSearch): Promise<string[]> {
  const like = `$${values.length + 1}`;
  const plain = `$${values.length + 2}`;
  const rows = await run<{ id: string }>(db, {
    name: "",
    text: `
      SELECT id FROM (
        SELECT id, error, "receiptId" FROM "Transaction" WHERE ${where} ORDER BY id DESC LIMIT ${MOST_SEARCHED}
      ) AS scanned
      WHERE error ILIKE ${like}
        OR (SELECT ${bytesHold("body", plain)} FROM "Receipt" WHERE "Receipt".id = scanned."receiptId")
        OR (SELECT bool_or(steps::text ILIKE ${like}) FROM "Checkpoint" WHERE "transactionId" = scanned.id)
      LIMIT $${values.length + 3}`,
    values: [...values, likeAnywhere(text), text, limit + 1],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.map(({ id }) => id);
}

async function lastScanned(db: Db, { values, where }: Scan): Promise<string | null> {
  const rows = await run<{ id: string }>(db, {
    name: "",
    text: `SELECT id FROM "Transaction" WHERE ${where} ORDER BY id DESC OFFSET ${MOST_SEARCHED - 1} LIMIT 1`,
    values,
    timeoutMs: TIMEOUT_MS,
  });
  return rows[0]?.id ?? null;
}

/**
 * Finds an Account's Transactions by the beginning of their id, or by text of their error, their request's body or what
 * their Steps took and gave. Looks through 5,000 at most; `next` says where to go on, also when nothing was found.
 */
export async function searchTransactions(db: Db, search: TransactionSearch): Promise<FoundIds> {
  const scan = narrow(search);
  const byId = await withIdLike(db, scan, search);
  const ids = byId.length > 0 ? byId : await withTextLike(db, scan, search);
  if (ids.length > search.limit) return { ids: ids.slice(0, search.limit), next: ids[search.limit - 1]! };
  return { ids, next: byId.length > 0 ? null : await lastScanned(db, scan) };
}
