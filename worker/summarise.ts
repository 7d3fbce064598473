import { log } from "@/lib/log";
import type { ClaimedJob } from "@/lib/queue/claim";
import { writeSummary } from "@/lib/queue/write-summary";
import { summaryOf } from "./begin";
import type { RunPorts } from "./run";
import type { PreparedTransaction } from "./versions";

/** Checkpoints that are read to go on: so many, or so many of so many characters together. */
const MANY = 32;
const MANY_LARGE = 8;
const LARGE = 1024 * 1024;

/**
 * Whether so much was read of a transaction that what it has left should be stored. Only those that are continued again and again
 * have many checkpoints, most of which are about what later continuations have undone.
 */
export function isLong({ continuations, steps }: PreparedTransaction): boolean {
  if (continuations === undefined || steps.length < MANY_LARGE) return false;
  return steps.length >= MANY || steps.reduce((length, text) => length + text.length, 0) >= LARGE;
}

/** Stores what the checkpoints of a transaction have left that a worker has in hand. Without it the next turn reads more: no error. */
export async function summarise(
  job: ClaimedJob,
  loaded: PreparedTransaction,
  { pool, clock, settler }: Pick<RunPorts, "pool" | "clock" | "settler">,
): Promise<void> {
  const { seq, claim, transactionId } = job;
  try {
    const summary = JSON.stringify(summaryOf(loaded, clock));
    const ids = { seq, claim, transactionId, workerId: settler.workerId };
    await writeSummary(pool, { ...ids, through: loaded.checkpoints, summary });
  } catch (error) {
    log.warn({ err: error, transaction: transactionId }, "could not summarise a transaction, its next turn will");
  }
}
