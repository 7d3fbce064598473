import { type IdRange, listedIds } from "@/lib/core/partition-days";
import { uuidRange } from "@/lib/core/uuid7-range";
import type { Conditions } from "./conditions";
import { spanOf } from "./id-span";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

export type FoundIds = {
  /** Newest first. */
  ids: string[];
  /** Where to go on: only rows before this id are left; null when there are none. */
  next: string | null;
};

/**
 * Rows that are looked at in one statement: few at first, as what is asked for is often among the newest, then up to five times
 * as many. No more, as each may have to be read from disk, or have a large body.
 */
const PARTS = { first: 100, most: 500 };
/**
 * How long a search looks for a page before it gives what it has, in milliseconds. Who wants more goes on from `next`, so no
 * search reads a whole table. It always looks through the first part.
 */
const SEARCH_MS = 30;
/** What is compared in one statement: after the row that reaches it, no further one is looked at. In bytes. */
export const PART_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 15_000;

export type Part = {
  /** Newest first. */
  found: string[];
  /** The oldest row that was looked at; null when there was none. */
  last: string | null;
  looked: number;
  /** Fewer were looked at than there are, as these were large. */
  isCut?: boolean;
};

/** Rows that may be among those looked for, newest first, and before which to go on; null when nothing is left. */
export type Walked = { ids: string[]; next: string | null };

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
  /** Leads to the rows where no index of the table does: gives so many at most. Left out: they come by their ids. */
  walk?: (before: string | undefined, rows: number) => Promise<Walked>;
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

/**
 * How many rows to look at after a part of `rows`: as many as there is time for if they take as long each, as old ones that have to
 * be read from disk take many times as long.
 */
export function nextPart({ rows, tookMs, leftMs }: { rows: number; tookMs: number; leftMs: number }): number {
  return Math.min(Math.max(PARTS.first, Math.floor((rows * leftMs) / tookMs)), PARTS.most);
}

/** Looks through the next so many rows, those before an id. */
async function lookOn({ look, narrow }: BoundSearch, before: string | undefined, rows: number): Promise<Walked> {
  const { found, last, looked, isCut } = await look(narrow(before), rows);
  return { ids: found, next: looked < rows && !isCut ? null : last };
}

/** Looks at the rows that `walk` leads to, and keeps its order. */
async function lookAtWalked(
  { look, narrow }: BoundSearch,
  walk: NonNullable<RowSearch["walk"]>,
  from: { before: string | undefined; rows: number },
): Promise<Walked> {
  const { ids, next } = await walk(from.before, from.rows);
  if (ids.length === 0) return { ids, next };
  const [least, greatest] = spanOf(ids);
  const found = new Set<string>();
  for (let below: string | undefined; ; ) {
    const among = narrow(below)
      .add((given) => `id = ANY (${given}::uuid[])`, arrayOf(ids))
      .add((id) => `id >= ${id}`, least)
      .add((id) => `id <= ${id}`, greatest);
    const part = await look(among, ids.length);
    for (const id of part.found) found.add(id);
    if (!part.isCut) return { ids: ids.filter((id) => found.has(id)), next };
    below = part.last ?? undefined;
  }
}

/** Looks through one part after the other, until a page is full, nothing is left, or the time is over. */
async function lookThrough(search: BoundSearch): Promise<FoundIds> {
  const { limit, walk } = search;
  const ids: string[] = [];
  const startedAt = performance.now();
  let before = search.before;
  for (let rows = PARTS.first; ; ) {
    const partAt = performance.now();
    const part = await (walk ? lookAtWalked(search, walk, { before, rows }) : lookOn(search, before, rows));
    ids.push(...part.ids);
    if (ids.length > limit) return pageOf(ids, limit);
    if (part.next === null) return { ids, next: null };
    before = part.next;
    const now = performance.now();
    const leftMs = startedAt + SEARCH_MS - now;
    if (leftMs <= 0) return { ids, next: before };
    rows = nextPart({ rows, tookMs: now - partAt, leftMs });
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
  if (text || search.walk || search.filter(conditions) !== null) return lookThrough(search);
  return pageOf(await listIds(db, search, conditions), limit);
}

/**
 * Looks through the newest rows that the conditions let through; `columns` are what `test`, SQL on a row `scanned`, reads, and
 * `bytes`, SQL, is how much that is. Rows come one day after the other, so it reads no more of the table.
 */
export async function lookInRows(
  db: Db,
  search: {
    table: string;
    columns: string;
    bytes?: string;
    conditions: Conditions;
    test: (conditions: Conditions) => string;
    rows: number;
  },
): Promise<Part> {
  const { table, columns, bytes = "0", conditions, rows } = search;
  const { where } = conditions;
  const test = search.test(conditions);
  const [part] = await run<Part>(db, {
    name: "",
    text: `
      SELECT coalesce(array_agg(id::text) FILTER (WHERE CASE WHEN "isNear" THEN ${test} END), '{}') AS found,
        (array_agg(id::text) FILTER (WHERE "isNear"))[count(*) FILTER (WHERE "isNear")] AS last,
        (count(*) FILTER (WHERE "isNear"))::int AS looked, coalesce(bool_or(NOT "isNear"), false) AS "isCut"
      FROM (
        SELECT *, coalesce(sum(bytes) OVER (ORDER BY id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) < ${PART_BYTES}
          AS "isNear"
        FROM (SELECT id, ${columns}, ${bytes} AS bytes FROM "${table}" WHERE ${where} ORDER BY id DESC LIMIT ${rows}) AS newest
      ) AS scanned`,
    values: conditions.values,
    timeoutMs: TIMEOUT_MS,
  });
  return part!;
}
