import type { RunClock } from "./engine/transaction-run";

/** The database's time, kept by this process: steady even when the machine's clock is set. */
export type DatabaseClock = RunClock & {
  /** Takes over what the database's clock has just said, in milliseconds since 1970. */
  set: (databaseMs: number) => void;
};

/** Makes a clock that follows the machine's until it is set. */
export function createClock(random: () => number = Math.random): DatabaseClock {
  let offsetMs = Date.now() - performance.now();
  return {
    now: () => performance.now() + offsetMs,
    random,
    set: (databaseMs) => {
      offsetMs = databaseMs - performance.now();
    },
  };
}
