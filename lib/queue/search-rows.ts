import { type IdRange, listedIds } from "@/lib/core/partition-days";
import { uuidRange } from "@/lib/core/uuid7-range";
import type { Conditions } from "./conditions";
import { type Db, run } from "./statement";

export type FoundIds = {
  /** Newest first. */
  ids: string[];
  /** Where to go on: only rows before this id are left; null when there are none. */
  next: string | null;
};

/** Rows whose texts one search looks through. Who wants more goes on from `next`, so no search reads a whole table. */
export const MOST_SEARCHED = 5_000;
const TIMEOUT_MS = 15_000;

type RowSearch = {
  table: "Transaction" | "Receipt";
  /** Makes the conditions anew; they must keep to rows that whoever asks may see, and to these ids. */
  narrow: (listed: IdRange) => Conditions;
  /** Columns that `holds` reads. */
  columns: string;
  /** SQL: whether a row `scanned` holds the text. */
  holds: (conditions: Conditions) => string;
  /** Left out: every row that the conditions let through. */
  text: string | undefined;
  limit: number;
};

/** A search with the ids that it keeps to: without bounds a plan can't take one day after the other. */
type BoundSearch = Omit<RowSearch, "narrow"> & { narrow: () => Conditions };

async function idsOf(db: Db, text: string, values: unknown[]): Promise<string[]> {
  const rows = await run<{ id: string }>(db, { name: "", text, values, timeoutMs: TIMEOUT_MS });
  return rows.map(({ id }) => id);
}

async function listIds(db: Db, { table, limit }: BoundSearch, conditions: Conditions): Promise<string[]> {
  const count = conditions.parameter(limit + 1);
  return idsOf(
    db,
    `SELECT id FROM "${table}" WHERE ${conditions.where} ORDER BY id DESC LIMIT ${count}`,
    conditions.values,
  );
}

async function withIdLike(db: Db, search: BoundSearch, text: string): Promise<string[]> {
  const range = uuidRange(text);
  if (!range) return [];
  const conditions = search
    .narrow()
    .add((id) => `id >= ${id}`, range.least)
    .add((id) => `id <= ${id}`, range.greatest);
  return listIds(db, search, conditions);
}

async function withTextLike(db: Db, { table, narrow, columns, holds, limit }: BoundSearch): Promise<string[]> {
  const conditions = narrow();
  const { where } = conditions;
  const test = holds(conditions);
  const text = `
    SELECT id FROM (
      SELECT id, ${columns} FROM "${table}" WHERE ${where} ORDER BY id DESC LIMIT ${MOST_SEARCHED}
    ) AS scanned
    WHERE ${test}
    LIMIT ${conditions.parameter(limit + 1)}`;
  return idsOf(db, text, conditions.values);
}

async function lastScanned(db: Db, { table, narrow }: BoundSearch): Promise<string | null> {
  const { where, values } = narrow();
  const text = `SELECT id FROM "${table}" WHERE ${where} ORDER BY id DESC OFFSET ${MOST_SEARCHED - 1} LIMIT 1`;
  return (await idsOf(db, text, values))[0] ?? null;
}

const pageOf = (ids: string[], limit: number): FoundIds =>
  ids.length > limit ? { ids: ids.slice(0, limit), next: ids[limit - 1]! } : { ids, next: null };

/**
 * A page of rows, newest first; with a text those whose id begins with it, or else those that hold it. A search may find
 * nothing and still have a `next`.
 */
export async function searchRows(db: Db, rowSearch: RowSearch): Promise<FoundIds> {
  const { text, limit } = rowSearch;
  const listed = listedIds(new Date());
  const search = { ...rowSearch, narrow: () => rowSearch.narrow(listed) };
  if (!text) return pageOf(await listIds(db, search, search.narrow()), limit);
  const byId = await withIdLike(db, search, text);
  if (byId.length > 0) return pageOf(byId, limit);
  const page = pageOf(await withTextLike(db, search), limit);
  return page.next === null ? { ...page, next: await lastScanned(db, search) } : page;
}
