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

/**
 * Rows that are looked at in one statement: few at first, as what is asked for is often among the newest and reading an old
 * row costs, then five times as many each time, at most so many. With a text fewer, as each row may have a large body.
 */
const PARTS = { first: 100, growth: 5, most: 5_000, mostWithText: 500 };
/**
 * How long a search looks for a page before it gives what it has, in milliseconds. Who wants more goes on from `next`, so no
 * search reads a whole table. It always looks through the first part.
 */
const SEARCH_MS = 30;
const TIMEOUT_MS = 15_000;

export type Part = {
  /** Newest first. */
  found: string[];
  /** The oldest row that was looked at; null when there was none. */
  last: string | null;
  looked: number;
};

type RowSearch = {
  table: "Transaction" | "Receipt";
  /** Makes the conditions anew that an index serves; they must keep to rows that whoever asks may see, and to these ids. */
  narrow: (listed: IdRange) => Conditions;
  /** SQL: the conditions that no index serves; null when there are none. */
  filter: (conditions: Conditions) => string | null;
  /** SQL: whether a row belongs to another one whose id lies between these parameters. */
  belongs?: (least: string, greatest: string) => string;
  /** Looks through the next so many rows for those that the filter lets through and that hold the text. */
  look: (conditions: Conditions, rows: number) => Promise<Part>;
  /** Left out: every row that the conditions let through. */
  text: string | undefined;
  /** Only rows before this id. */
  before: string | undefined;
  limit: number;
};

/** A search with the ids that it keeps to: without bounds a plan can't take one day after the other. */
type BoundSearch = Omit<RowSearch, "narrow"> & { narrow: (before: string | undefined) => Conditions };

async function listIds(db: Db, { table, limit }: BoundSearch, conditions: Conditions): Promise<string[]> {
  const count = conditions.parameter(limit + 1);
  const rows = await run<{ id: string }>(db, {
    name: "",
    text: `SELECT id FROM "${table}" WHERE ${conditions.where} ORDER BY id DESC LIMIT ${count}`,
    values: conditions.values,
    timeoutMs: TIMEOUT_MS,
  });
  return rows.map(({ id }) => id);
}

async function withIdLike(db: Db, search: BoundSearch, text: string): Promise<string[]> {
  const range = uuidRange(text);
  if (!range) return [];
  const own = search
    .narrow(search.before)
    .add((id) => `id >= ${id}`, range.least)
    .add((id) => `id <= ${id}`, range.greatest);
  const ids = await listIds(db, search, own.also(search.filter(own)));
  if (ids.length > 0 || !search.belongs) return ids;
  const others = search.narrow(search.before);
  others.also(search.belongs(others.parameter(range.least), others.parameter(range.greatest)));
  return listIds(db, search, others.also(search.filter(others)));
}

const pageOf = (ids: string[], limit: number): FoundIds =>
  ids.length > limit ? { ids: ids.slice(0, limit), next: ids[limit - 1]! } : { ids, next: null };

/** Looks through one part after the other, until a page is full, nothing is left, or the time is over. */
async function lookThrough(search: BoundSearch): Promise<FoundIds> {
  const { limit, text, look, narrow } = search;
  const ids: string[] = [];
  const startedAt = performance.now();
  let before = search.before;
  const most = text ? PARTS.mostWithText : PARTS.most;
  for (let rows = PARTS.first; ; rows = Math.min(rows * PARTS.growth, most)) {
    const { found, last, looked } = await look(narrow(before), rows);
    ids.push(...found);
    if (ids.length > limit) return pageOf(ids, limit);
    if (looked < rows) return { ids, next: null };
    before = last!;
    if (performance.now() - startedAt >= SEARCH_MS) return { ids, next: before };
  }
}

/**
 * A page of rows, newest first; with a text those whose id begins with it, or else those that hold it. A search for what no
 * index serves may find less than a page, or nothing, and still have a `next`.
 */
export async function searchRows(db: Db, rowSearch: RowSearch): Promise<FoundIds> {
  const { text, limit } = rowSearch;
  const listed = listedIds(new Date());
  const search: BoundSearch = {
    ...rowSearch,
    narrow: (before) => rowSearch.narrow(listed).add((id) => `id < ${id}`, before),
  };
  const byId = text ? await withIdLike(db, search, text) : [];
  if (byId.length > 0) return pageOf(byId, limit);
  const conditions = search.narrow(search.before);
  if (text || search.filter(conditions) !== null) return lookThrough(search);
  return pageOf(await listIds(db, search, conditions), limit);
}

/**
 * Looks through the newest rows that the conditions let through; `columns` are what `test`, SQL on a row `scanned`, reads.
 * Rows come one day after the other, so it reads no more of the table.
 */
export async function lookInRows(
  db: Db,
  search: {
    table: string;
    columns: string;
    conditions: Conditions;
    test: (conditions: Conditions) => string;
    rows: number;
  },
): Promise<Part> {
  const { table, columns, conditions, rows } = search;
  const { where } = conditions;
  const test = search.test(conditions);
  const [part] = await run<Part>(db, {
    name: "",
    text: `
      SELECT coalesce(array_agg(id::text) FILTER (WHERE ${test}), '{}') AS found, (array_agg(id::text))[count(*)] AS last,
        count(*)::int AS looked
      FROM (SELECT id, ${columns} FROM "${table}" WHERE ${where} ORDER BY id DESC LIMIT ${rows}) AS scanned`,
    values: conditions.values,
    timeoutMs: TIMEOUT_MS,
  });
  return part!;
}
