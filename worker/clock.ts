import type { RunClock } from "./engine/run-start";

/** The database's time, kept by this process: steady even when the machine's clock is set. */
export type DatabaseClock = RunClock & {
  /**
   * Takes in what the database's clock said, in milliseconds since 1970, when it was asked at `askedAt`, by `performance.now()`, and
   * has just answered. It spoke between the two, so only a time that it can't have been at that moment is put right: how long
   * an answer is under way moves nothing.
   */
  set: (databaseMs: number, askedAt: number) => void;
};

/** Makes a clock that follows the machine's until it is set. */
export function createClock(random: () => number = Math.random): DatabaseClock {
  let offsetMs = Date.now() - performance.now();
  return {
    now: () => performance.now() + offsetMs,
    random,
    set: (databaseMs, askedAt) => {
      offsetMs = Math.min(Math.max(offsetMs, databaseMs - performance.now()), databaseMs - askedAt);
    },
  };
}
