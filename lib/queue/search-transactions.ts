import type { IdRange } from "@/lib/core/partition-days";
import { bodySpellings } from "./body-spellings";
import { Conditions } from "./conditions";
import { idsFrom, idsTo, spanOf } from "./id-span";
import { arrayOf } from "./packed-rows";
import { type FoundIds, lookInRows, PART_BYTES, type Part, searchRows, type Walked } from "./search-rows";
import { bytesHold, likeAnywhere, likeInJson } from "./search-text";
import { type Db, run } from "./statement";
import { type OpenState, walkJobs } from "./walk-jobs";

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

/** Jobs that are looked at for each row of a part; and for a whole part after one that had hardly any in the state: about 20 ms. */
const JOBS_PER_ROW = 10;
const JOBS_OF_SPARSE_PART = 10_000;

const OPEN: ReadonlySet<string | undefined> = new Set<OpenState>(["QUEUED", "RUNNING", "WAITING"]);

/** Their Jobs lead to these: be they few among many Transactions or many, old or new. */
const isOpen = (state: string | undefined): state is OpenState => OPEN.has(state);

/** These have indexes of their own, by `ending`. */
const ENDINGS: ReadonlySet<string | undefined> = new Set(["FAILED", "CANCELLED", "DISCARDED"]);

const isIndexed = (state: string | undefined) => isOpen(state) || ENDINGS.has(state);

const narrow = (search: TransactionSearch, listed: IdRange) =>
  new Conditions()
    .add((id) => `id >= ${id}`, listed.least)
    .add((id) => `id < ${id}`, listed.end)
    .add((account) => `"accountId" = ${account}`, search.accountId)
    .add((cycle) => `"cycleId" = ${cycle}`, search.cycleId)
    .add((state) => `state = ${state}::"TransactionState"`, isOpen(search.state) ? search.state : undefined)
    .add((ending) => `ending = ${ending}::"TransactionState"`, ENDINGS.has(search.state) ? search.state : undefined)
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

/**
 * Which of these hold the text in their request's body or in what their Steps took and gave; and which are not known to, as the bodies
 * before them are as much as is read at once.
 */
async function readHolding(db: Db, scanned: readonly Scanned[], text: string) {
  const ids = scanned.map(({ id }) => id);
  const receiptIds = scanned.map(({ receiptId }) => receiptId);
  // The bounds let PostgreSQL look into the partitions of those days alone.
  const rows = await run<{ id: string; isFar: boolean }>(db, {
    name: "",
    text: `
      SELECT id, bytes >= ${PART_BYTES} AS "isFar"
      FROM (
        SELECT id, "receiptId", coalesce(sum(bytes) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes
        FROM (
          SELECT id, "receiptId", n, (
              SELECT octet_length(body) FROM "Receipt" WHERE "Receipt".id = given."receiptId" AND "Receipt".id BETWEEN $5 AND $6
            ) AS bytes
          FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS given(id, "receiptId", n)
        ) AS given
      ) AS t
      WHERE CASE WHEN bytes >= ${PART_BYTES} THEN true ELSE (
          SELECT ${bytesHold("body", "$3")} FROM "Receipt" WHERE "Receipt".id = t."receiptId" AND "Receipt".id BETWEEN $5 AND $6
        )
        OR (
          SELECT bool_or(steps::text ILIKE ANY ($4::text[])) FROM "Checkpoint"
          WHERE "transactionId" = t.id AND "transactionId" BETWEEN $7 AND $8
        ) END`,
    values: [
      arrayOf(ids),
      arrayOf(receiptIds),
      bodySpellings(text),
      likeInJson(text),
      ...spanOf(receiptIds.flatMap((id) => id ?? [])),
      ...spanOf(ids),
    ],
    timeoutMs: TIMEOUT_MS,
  });
  const idsOf = (isFar: boolean) => new Set(rows.filter((row) => row.isFar === isFar).map(({ id }) => id));
  return { holding: idsOf(false), far: idsOf(true) };
}

const NONE = { holding: new Set<string>(), far: new Set<string>() };

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
  const unsure = scanned.filter((row) => row.wanted && !row.holds);
  const { holding, far } = unsure.length === 0 ? NONE : await readHolding(db, unsure, search.text);
  const near =
    far.size === 0
      ? scanned
      : scanned.slice(
          0,
          scanned.findIndex(({ id }) => far.has(id)),
        );
  return {
    found: near.filter((row) => row.wanted && (row.holds || holding.has(row.id))).map(({ id }) => id),
    last: near.at(-1)?.id ?? null,
    looked: near.length,
    isCut: far.size > 0,
  };
}

/** Leads through the Transactions in an open state, with greater steps where they are rare. */
function walkOpen(db: Db, search: TransactionSearch & { state: OpenState }) {
  let isSparse = false;
  return async (before: string | undefined, rows: number): Promise<Walked> => {
    const jobs = isSparse ? JOBS_OF_SPARSE_PART : JOBS_PER_ROW * rows;
    const walked = await walkJobs(db, { ...search, before, rows, jobs });
    isSparse = walked.ids.length < rows / 4;
    return walked;
  };
}

/**
 * A page of an Account's Transactions, newest first; with a text those whose id begins with it, or else those that hold it in
 * their error, their request's body or what their Steps took and gave. Those of an open state come in the order of acceptance,
 * which differs from that of their ids only in what came at the same moment.
 */
export function searchTransactions(db: Db, search: TransactionSearch): Promise<FoundIds> {
  const { text, state, before, limit } = search;
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
            test: (tested) => filter(search, tested) ?? "true",
            rows,
          }),
    walk: isOpen(state) ? walkOpen(db, { ...search, state }) : undefined,
    text,
    before,
    limit,
  });
}
