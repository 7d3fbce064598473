const HOUR_MS = 3_600_000;

/** Requests of the hour that begins at `hour`, in milliseconds since 1970. */
export type HourOfRequests = { hour: number; requests: number; refused: number; accepted: number };

/** The sums of a webhook's counts from an hour on, as they were read last. */
export type Counted = { from: number; requests: number; refused: number; accepted: number };

/** The hour from which counts are read next time: the one before that of `now`, since counts may come late. */
export const countedFrom = (now: number): number => now - (now % HOUR_MS) - HOUR_MS;

const sumFrom = (hours: readonly HourOfRequests[], from: number): Counted =>
  hours
    .filter(({ hour }) => hour >= from)
    .reduce(
      (sum, { requests, refused, accepted }) => ({
        from,
        requests: sum.requests + requests,
        refused: sum.refused + refused,
        accepted: sum.accepted + accepted,
      }),
      { from, requests: 0, refused: 0, accepted: 0 },
    );

/**
 * Says what was counted since the last time from the sums of whole hours, which only grow.
 *
 * @param hours all from `before.from` on; without `before` from `countedFrom(now)` on
 * @param before what was read last; undefined when nothing was: then nothing is new
 */
export function countSince(hours: readonly HourOfRequests[], before: Counted | undefined, now: number) {
  const counted = sumFrom(hours, countedFrom(now));
  const all = before ? sumFrom(hours, before.from) : counted;
  const known = before ?? counted;
  const added = {
    requests: Math.max(0, all.requests - known.requests),
    refused: Math.max(0, all.refused - known.refused),
    accepted: Math.max(0, all.accepted - known.accepted),
  };
  return { added, counted };
}
