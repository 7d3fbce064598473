import type { Pool, PoolClient } from "pg";
import { log } from "@/lib/log";
import { tallies } from "@/lib/metrics/tallies";
import { inTurn } from "@/lib/queue/in-turn";
import { sweepHold } from "@/lib/queue/sweep-hold";
import { discardPart, drainPart, endHold, freeLate, readHoldsToTend, type TendedHold } from "@/lib/queue/tend-hold";

/** One process of an installation does it at a time: nothing is let go twice, and what is swept is not under an ended hold. */
const TEND_LOCK = 7_301_967;

/** How soon the next round follows, in milliseconds, while something is drained or discarded, and while something is held. */
const BUSY_MS = 50;
const HOLDING_MS = 500;

/**
 * Does for all holds what is due now: holds what they missed, lets go what they may let go, ends those that are drained, discards.
 *
 * @returns after how many milliseconds to do it again; undefined when there is no hold
 */
export async function tendHolds(pool: Pool): Promise<number | undefined> {
  await freeLate(pool);
  const holds = await readHoldsToTend(pool);
  if (holds.length === 0) return undefined;
  await inTurn(pool, TEND_LOCK, async (client) => {
    for (const hold of holds) await tend(client, hold);
  });
  return holds.some(({ draining, discarding }) => draining || discarding) ? BUSY_MS : HOLDING_MS;
}

async function tend(client: PoolClient, { id, unswept, discarding, draining }: TendedHold): Promise<void> {
  if (unswept) await sweepHold(client, id);
  if (discarding) {
    const discarded = await discardPart(client, id);
    tallies.ended.DISCARDED.value += discarded;
    if (discarded > 0) log.info({ hold: id, transactions: discarded }, "discarded what was held");
  }
  if (!draining) return;
  const { left } = await drainPart(client, id);
  if (!left && (await endHold(client, id))) log.info({ hold: id }, "a hold is drained and has ended");
}
