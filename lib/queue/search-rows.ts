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

export type RowSearch = {
  table: "Transaction" | "Receipt";
  /** Makes the conditions anew; they must keep to rows that whoever asks may see. */
  narrow: () => Conditions;
  /** Columns that `holds` reads. */
  columns: string;
  /** SQL: whether a row `scanned` holds the text. */
  holds: (conditions: Conditions) => string;
  text: string;
  limit: number;
};

async function idsOf(db: Db, text: string, values: unknown[]): Promise<string[]> {
  const rows = await run<{ id: string }>(db, { name: "", text, values, timeoutMs: TIMEOUT_MS });
  return rows.map(({ id }) => id);
}

async function withIdLike(db: Db, { table, narrow, text, limit }: RowSearch): Promise<string[]> {
  const range = uuidRange(text);
  if (!range) return [];
  const conditions = narrow()
    .add((id) => `id >= ${id}`, range.least)
    .add((id) => `id <= ${id}`, range.greatest);
  const count = conditions.parameter(limit + 1);
  return idsOf(
    db,
    `SELECT id FROM "${table}" WHERE ${conditions.where} ORDER BY id DESC LIMIT ${count}`,
    conditions.values,
  );
}

async function withTextLike(db: Db, { table, narrow, columns, holds, limit }: RowSearch): Promise<string[]> {
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

async function lastScanned(db: Db, { table, narrow }: RowSearch): Promise<string | null> {
  const { where, values } = narrow();
  const text = `SELECT id FROM "${table}" WHERE ${where} ORDER BY id DESC OFFSET ${MOST_SEARCHED - 1} LIMIT 1`;
  return (await idsOf(db, text, values))[0] ?? null;
}

/** Finds rows by the beginning of their id, or else by a text that they hold. `next` may lead on when nothing was found. */
export async function searchRows(db: Db, search: RowSearch): Promise<FoundIds> {
  const { limit } = search;
  const byId = await withIdLike(db, search);
  const ids = byId.length > 0 ? byId : await withTextLike(db, search);
  if (ids.length > limit) return { ids: ids.slice(0, limit), next: ids[limit - 1]! };
  return { ids, next: byId.length > 0 ? null : await lastScanned(db, search) };
}
