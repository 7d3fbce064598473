import type { Pool, PoolClient } from "pg";
import { channels } from "./channels";
import type { Reply } from "./replies";

/** PostgreSQL takes less than 8,000 bytes in one notification; an id and its comma are 37. */
const IDS_PER_MESSAGE = 200;

/** Something that runs SQL: a pool or connection of pg, or Prisma's client, also inside one of its transactions. */
export type Notifier =
  | Pick<Pool | PoolClient, "query">
  | { $executeRawUnsafe(sql: string, ...values: unknown[]): PromiseLike<number> };

async function notify(db: Notifier, channel: string, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += IDS_PER_MESSAGE) {
    const payload = ids.slice(start, start + IDS_PER_MESSAGE).join(",");
    if ("$executeRawUnsafe" in db) await db.$executeRawUnsafe("SELECT pg_notify($1, $2)", channel, payload);
    else await db.query({ name: "notify", text: "SELECT pg_notify($1, $2)", values: [channel, payload] });
  }
}

/**
 * Tells every door and worker to forget what it knows of these cycles: their state, version, limits and webhooks.
 * Inside a database transaction it is told when that commits, and not at all when it is rolled back.
 */
export const notifyCycles = (db: Notifier, cycleIds: readonly string[]) => notify(db, channels.cycles, cycleIds);

/** Tells the doors that these synchronous transactions have their answer, or have ended. */
export const notifyReplies = (db: Notifier, transactionIds: readonly string[]) =>
  notify(db, channels.replies, transactionIds);

/** Tells the workers that jobs became ready. */
export const notifyJobs = (db: Notifier) => notify(db, channels.jobs, [""]);

/** The ids that a notification's payload carries. */
export const idsOf = (payload: string): string[] => (payload === "" ? [] : payload.split(","));

/** What a notification says of synchronous transactions: the replies it carries, and the ids of those that have to be read. */
export function repliesOf(payload: string): { replies: Reply[]; ids: string[] } {
  if (!payload.startsWith("[")) return { replies: [], ids: idsOf(payload) };
  const told = JSON.parse(payload) as [id: string, state?: Reply["state"], response?: Reply["response"]][];
  const replies: Reply[] = [];
  const ids: string[] = [];
  for (const [transactionId, state, response = null] of told) {
    if (state === undefined) ids.push(transactionId);
    else replies.push({ transactionId, state, response });
  }
  return { replies, ids };
}
