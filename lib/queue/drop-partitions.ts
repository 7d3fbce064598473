import { setTimeout as sleep } from "node:timers/promises";
import type { Pool, PoolClient } from "pg";
import { KEPT_DAYS } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { log } from "@/lib/log";
import { inTurn } from "./in-turn";
import { isLockTimeout, LOCK_WAIT_MS, PARTITIONS_LOCK, type Partitions, query, readPartitions } from "./partitions";

const DAY_MS = 86_400_000;
/** A transaction may be accepted a while after its id was made. */
const SLACK_MS = 3_600_000;
const ATTEMPTS = 30;
const RETRY_MS = 1_000;
/** A rest is so many times as long as the drop before it: freeing a gigabyte at once takes the door's processors away meanwhile. */
const REST = 14;
const LONGEST_REST_MS = 10_000;
const ROWS_PER_DELETE = 2_000;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

type Expired = Partitions["partitions"];

/** Partitions that are past every retention, by the day: transactions first, so that none is seen without what belongs to it. */
function expiredDays({ now, partitions }: Partitions): Expired[] {
  const last = now.getTime() - KEPT_DAYS * DAY_MS - SLACK_MS;
  const days = new Map<string, Expired>();
  for (const partition of partitions) {
    if (partition.end.getTime() > last) continue;
    const day = `${partition.from === null ? "" : "since"} ${partition.end.toISOString()}`;
    days.set(day, [...(days.get(day) ?? []), partition]);
  }
  const order = ["Transaction", "Checkpoint", "Receipt", "ReceiptAnswer"];
  return [...days.values()].map((day) => day.sort((a, b) => order.indexOf(a.table) - order.indexOf(b.table)));
}

/** Ids come from the doors' clocks. One that is far behind must not lose what the database has accepted since. */
async function isYoung(client: PoolClient, day: Expired): Promise<boolean> {
  const transactions = day.find(({ table }) => table === "Transaction");
  if (!transactions) return false;
  const rows = await query<{ young: boolean }>(
    client,
    `SELECT EXISTS (
       SELECT FROM "${transactions.name}" WHERE "acceptedAt" > now() - interval '${KEPT_DAYS} days'
     ) AS young`,
  );
  return rows[0]!.young;
}

/** Gives how many milliseconds the drop itself took. */
async function dropOne(client: PoolClient, name: string, signal: AbortSignal | undefined): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const begunAt = performance.now();
    try {
      await query(client, `BEGIN; SET LOCAL lock_timeout = ${LOCK_WAIT_MS}`);
      await query(client, `DROP TABLE "${name}"`);
      await query(client, "COMMIT");
      return performance.now() - begunAt;
    } catch (error) {
      await query(client, "ROLLBACK");
      if (!isLockTimeout(error) || attempt === ATTEMPTS || signal?.aborted) throw error;
      await sleep(RETRY_MS);
    }
  }
}

type Days = { from: Date | null; end: Date };

/** A million rows deleted at once would hold up those who write beside them. */
async function emptyDay(
  client: PoolClient,
  table: string,
  { from, end }: Days,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let deleted = ROWS_PER_DELETE; deleted === ROWS_PER_DELETE && !signal?.aborted; ) {
    const rows = await query(
      client,
      `DELETE FROM "${table}" WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM "${table}" WHERE "transactionId" >= $1 AND "transactionId" < $2 LIMIT ${ROWS_PER_DELETE}
       )) RETURNING 1`,
      [from ? firstUuid7At(from) : FIRST_ID, firstUuid7At(end)],
    );
    deleted = rows.length;
  }
}

/** Drops one partition after the other, with a rest before each but the first. */
function createDrop(client: PoolClient, signal: AbortSignal | undefined): (name: string) => Promise<void> {
  let restMs = 0;
  return async (name) => {
    await sleep(restMs, undefined, { signal }).catch(() => {}); // who stops does not wait
    restMs = Math.min(REST * (await dropOne(client, name, signal)), LONGEST_REST_MS);
  };
}

type DropDay = { drop: (name: string) => Promise<void>; signal: AbortSignal | undefined };

async function dropDay(client: PoolClient, day: Expired, { drop, signal }: DropDay): Promise<string[]> {
  if (await isYoung(client, day)) {
    log.warn({ partition: day[0]!.name }, "a clock was far behind: a day is kept as it holds younger transactions");
    return [];
  }
  const { from, end } = day[0]!;
  // What has not ended by now is gone with its day; no job may be left for it.
  await query(client, `DELETE FROM "Job" WHERE "transactionId" >= $1 AND "transactionId" < $2`, [
    from ? firstUuid7At(from) : FIRST_ID,
    firstUuid7At(end),
  ]);
  for (const table of ["ReachedWebhook", "Continuation"]) await emptyDay(client, table, { from, end }, signal);
  for (const { name } of day) await drop(name);
  return day.map(({ name }) => name);
}

/**
 * Drops the partitions that lie more than 31 days back by the database's clock, with the jobs of transactions in them that
 * never ended. Statements on these tables wait a tenth of a second at most for each; until `signal` says no it tries again. Any number of processes may call it;
 * one of them does it.
 *
 * @returns the names of those it dropped
 */
export async function dropPartitions(pool: Pool, signal?: AbortSignal): Promise<string[]> {
  const dropped = await inTurn(pool, PARTITIONS_LOCK, async (client) => {
    const names: string[] = [];
    const how = { drop: createDrop(client, signal), signal };
    for (const day of expiredDays(await readPartitions(client))) names.push(...(await dropDay(client, day, how)));
    return names;
  });
  return dropped ?? [];
}
