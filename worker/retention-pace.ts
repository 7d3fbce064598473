import { setTimeout as sleep } from "node:timers/promises";

/** A rest is so many times as long as what it follows: removal then takes a fifteenth of what one connection can do. */
const REST = 14;
/** A walk that would fall behind goes so many times as fast as time does, all the same. */
const KEEPING_UP = 1.25;
const SHORTEST_MS = 1;
/** No statement, however slow it was, is followed by a longer rest. */
const LONGEST_MS = 10_000;

type Part = {
  /** How long it took. */
  tookMs: number;
  /** How much of the time in which its rows were accepted is done with it. */
  coveredMs: number;
  /** How many take turns. */
  walks: number;
};

/**
 * How long to rest after removing a part, in milliseconds: so long that the door hardly feels it, but never so long that more
 * is accepted in the meantime than is removed.
 */
export function restMs({ tookMs, coveredMs, walks }: Part): number {
  const gentle = Math.min(REST * tookMs, LONGEST_MS);
  const keepingUp = coveredMs / (KEEPING_UP * walks) - tookMs;
  return Math.max(SHORTEST_MS, Math.min(gentle, keepingUp));
}

/** A part: the rows that were read and those that were removed; `coveredMs` is left out where nothing can fall behind. */
export type RemovedPart = { found: number; removed: number; coveredMs?: number };

/** Removes a part and rests, hardly at all where nothing was found. Gives the number of rows removed. */
export async function removePart(
  { signal, walks = 1 }: { signal: AbortSignal; walks?: number },
  remove: () => Promise<RemovedPart>,
): Promise<number> {
  const startedAt = performance.now();
  const { found, removed, coveredMs = Number.POSITIVE_INFINITY } = await remove();
  const tookMs = performance.now() - startedAt;
  const restingMs = found === 0 ? SHORTEST_MS : restMs({ tookMs, coveredMs, walks });
  await sleep(restingMs, undefined, { signal }).catch(() => {});
  return removed;
}
