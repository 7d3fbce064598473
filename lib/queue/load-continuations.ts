import { runOnDay } from "./day-statement";
import { spanOf } from "./id-span";
import type { LoadedTransaction } from "./load";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 30_000;

/** What a transaction goes on with. */
export type LoadedContinuation = {
  number: number;
  stepId: string;
  source: "REQUEST" | "HAND" | "TIMEOUT";
  /** The step's data as JSON text; null when it is read from the request, and for a timeout. */
  input: string | null;
  request: LoadedTransaction["request"];
};

export type LoadedContinuations = {
  /** The number of the newest one. */
  newest: number;
  /** The oldest that no worker has stored as taken. */
  next?: LoadedContinuation;
};

type Row = Omit<LoadedContinuation, "request" | "number"> & {
  transactionId: string;
  newest: number;
  number: number | null;
  receiptId: string | null;
};
type Request = NonNullable<LoadedTransaction["request"]> & { id: string };

/**
 * The number of the oldest that waits, if one does, of the transaction `wanted.id`. Those that wait are the newest, and all below
 * them have been taken or discarded: halving what is between finds the first of 10,000 with 14 looks at the primary key. `OFFSET 0`,
 * and `LIMIT 1` around it, keep PostgreSQL from making joins of it that read all of them.
 */
const OLDEST_QUEUED = `
        WITH RECURSIVE span(low, high) AS (
          SELECT 1, newest.number
          UNION ALL
          SELECT CASE WHEN is_queued THEN low ELSE middle + 1 END, CASE WHEN is_queued THEN middle ELSE high END
          FROM (
            SELECT low, high, (low + high) / 2 AS middle, (
              SELECT state = 'QUEUED' FROM "Continuation" WHERE "transactionId" = wanted.id AND number = (low + high) / 2
            ) AS is_queued
            FROM span WHERE low < high OFFSET 0
          ) AS half
        )
        SELECT max(low) FROM span`;

const TEXT = `
      SELECT wanted.id AS "transactionId", newest.number AS newest, next.*
      FROM unnest($1::uuid[]) AS wanted(id)
      CROSS JOIN LATERAL (
        SELECT number FROM "Continuation" WHERE "transactionId" = wanted.id ORDER BY number DESC LIMIT 1
      ) AS newest
      LEFT JOIN LATERAL (
        SELECT number, "stepId", source, input::text AS input, "receiptId"
        FROM "Continuation"
        WHERE "transactionId" = wanted.id AND number = CASE newest.number WHEN 1 THEN 1 ELSE (${OLDEST_QUEUED}
        ) END AND state = 'QUEUED' LIMIT 1
      ) AS next ON true`;

/** The continuations of those of these transactions that have any, and the request of the next one. */
export async function loadContinuations(
  pool: Db,
  transactionIds: readonly string[],
): Promise<Map<string, LoadedContinuations>> {
  const rows = await run<Row>(pool, {
    name: "load-continuations",
    text: TEXT,
    values: [arrayOf(transactionIds)],
    timeoutMs: TIMEOUT_MS,
  });
  const requests = await loadRequests(
    pool,
    rows.flatMap(({ receiptId }) => receiptId ?? []),
  );
  return new Map(
    rows.map(({ transactionId, newest, receiptId, number, ...row }) => {
      if (number === null) return [transactionId, { newest }];
      const request = receiptId === null ? null : (requests.get(receiptId) ?? null);
      return [transactionId, { newest, next: { ...row, number, request } }];
    }),
  );
}

async function loadRequests(pool: Db, receiptIds: readonly string[]): Promise<Map<string, Request>> {
  if (receiptIds.length === 0) return new Map();
  const span = spanOf(receiptIds);
  const rows = await runOnDay<Request>(pool, {
    name: "load-continuation-requests",
    spans: [span],
    text: ({ table, between }) => `
      SELECT id, "contentType", query, headers, body FROM ${table("Receipt")}
      WHERE id = ANY ($1::uuid[]) AND ${between("id", "$2", "$3")}`,
    values: [arrayOf(receiptIds), ...span],
    timeoutMs: TIMEOUT_MS,
  });
  return new Map(rows.map((row) => [row.id, row]));
}
