import { type Db, run } from "./statement";

const TIMEOUT_MS = 5_000;

/** A process is taken for dead when it has written nothing for so long, in seconds. It writes every 10 s. */
export const SILENT_SECONDS = 35;

export type ProcessIdentity = {
  id: string;
  kind: "WEB" | "WORKER";
  host: string;
  pid: number;
  version: string;
};

export type SampleEntry = ProcessIdentity & {
  /** Since the process started, in milliseconds. */
  uptimeMs: number;
  /** Figures, as JSON text. */
  figures: string;
  /** It is the last one: the process stops. */
  isLast: boolean;
};

/**
 * Notes that a process lives and what its figures are, at the database's time. Gives whether it is the first by id of all
 * processes that live: what one is enough for is done by that one, and for some seconds perhaps by two.
 */
export async function writeProcessSample(pool: Db, entry: SampleEntry): Promise<{ isFirst: boolean }> {
  const { id, kind, host, pid, version, uptimeMs, figures, isLast } = entry;
  const [row] = await run<{ isFirst: boolean }>(pool, {
    name: "write-process-sample",
    text: `
      WITH seen AS (
        INSERT INTO "Process" (id, kind, host, pid, version, "startedAt", "lastSeenAt", "endedAt")
        VALUES ($1, $2::"ProcessKind", $3, $4, $5, now() - $6 * interval '1 millisecond', now(), CASE WHEN $7 THEN now() END)
        ON CONFLICT (id) DO UPDATE SET "lastSeenAt" = now(), "endedAt" = excluded."endedAt"
      ), sampled AS (
        INSERT INTO "ProcessSample" ("processId", at, "isMinute", figures)
        VALUES ($1, now(), $7 OR NOT EXISTS (
          SELECT FROM "ProcessSample" WHERE "processId" = $1 AND at >= date_trunc('minute', now()) AND "isMinute"
        ), $8::json)
        ON CONFLICT DO NOTHING
      )
      SELECT NOT EXISTS (
        SELECT FROM "Process"
        WHERE id < $1 AND "endedAt" IS NULL AND "lastSeenAt" > now() - interval '${SILENT_SECONDS} seconds'
      ) AS "isFirst"`,
    values: [id, kind, host, pid, version, uptimeMs, isLast, figures],
    timeoutMs: TIMEOUT_MS,
  });
  return { isFirst: row?.isFirst ?? false };
}

/** Deletes samples after a day, those between the minutes after an hour, and processes that were not seen for a day. */
export async function thinProcessSamples(pool: Db): Promise<void> {
  await run(pool, {
    name: "thin-process-samples",
    text: `
      WITH thinned AS (
        DELETE FROM "ProcessSample"
        WHERE at < now() - interval '24 hours' OR (NOT "isMinute" AND at < now() - interval '1 hour')
      )
      DELETE FROM "Process" WHERE "lastSeenAt" < now() - interval '24 hours'`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
}

/** How many web processes live now. */
export async function countWebProcesses(pool: Db): Promise<number> {
  const [row] = await run<{ count: number }>(pool, {
    name: "count-web-processes",
    text: `
      SELECT count(*)::int AS count FROM "Process"
      WHERE kind = 'WEB' AND "endedAt" IS NULL AND "lastSeenAt" > now() - interval '${SILENT_SECONDS} seconds'`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
  return row!.count;
}

export type SeenProcess = ProcessIdentity & {
  /** Milliseconds since 1970, by the database's clock. */
  startedAt: number;
  lastSeenAt: number;
  endedAt: number | null;
};

/** The processes that were seen within the last `seconds`, in the order of their kinds and hosts, and the database's time. */
export async function readProcesses(
  pool: Db,
  { seconds }: { seconds: number },
): Promise<{ now: number; processes: SeenProcess[] }> {
  const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;
  const [row] = await run<{ now: number; processes: SeenProcess[] }>(pool, {
    name: "read-processes",
    text: `
      SELECT ${ms("now()")} AS now, coalesce(json_agg(json_build_object('id', id, 'kind', kind, 'host', host, 'pid', pid,
        'version', version, 'startedAt', ${ms('"startedAt"')}, 'lastSeenAt', ${ms('"lastSeenAt"')},
        'endedAt', ${ms('"endedAt"')}) ORDER BY kind, host, "startedAt"), '[]') AS processes
      FROM "Process" WHERE "lastSeenAt" > now() - $1 * interval '1 second'`,
    values: [seconds],
    timeoutMs: TIMEOUT_MS,
  });
  return row!;
}

export type StoredSample = {
  processId: string;
  /** Milliseconds since 1970, by the database's clock. */
  at: number;
  /** Figures, as JSON text. */
  figures: string;
};

/**
 * The newest sample of each process in each stretch of `stepSeconds`, for the last `seconds`, in the order of time. Samples
 * count from a process's start, so the difference of two holds all that happened between them.
 */
export async function readProcessSamples(
  pool: Db,
  { seconds, stepSeconds }: { seconds: number; stepSeconds: number },
): Promise<StoredSample[]> {
  return run<StoredSample>(pool, {
    name: "read-process-samples",
    text: `
      SELECT "processId", (extract(epoch FROM at) * 1000)::float8 AS at, figures::text AS figures
      FROM (
        SELECT DISTINCT ON ("processId", date_bin($2 * interval '1 second', at, to_timestamp(0))) *
        FROM "ProcessSample" WHERE at > now() - $1 * interval '1 second'
        ORDER BY "processId", date_bin($2 * interval '1 second', at, to_timestamp(0)), at DESC
      ) AS newest
      ORDER BY at`,
    values: [seconds, stepSeconds],
    timeoutMs: TIMEOUT_MS,
  });
}
