import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createClock } from "./clock";

const DATABASE_AHEAD_MS = 90_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Asks a database whose clock is ahead, over a line that is slow in one direction or the other. */
function ask(clock: ReturnType<typeof createClock>, { thereMs, backMs }: { thereMs: number; backMs: number }) {
  const askedAt = performance.now();
  vi.advanceTimersByTime(thereMs);
  const databaseMs = Date.now() + DATABASE_AHEAD_MS;
  vi.advanceTimersByTime(backMs);
  clock.set(databaseMs, askedAt);
}

const error = (clock: ReturnType<typeof createClock>) => clock.now() - Date.now() - DATABASE_AHEAD_MS;

test("follows the machine's clock until the database has said its own", () => {
  const clock = createClock();
  expect(clock.now()).toBeCloseTo(Date.now(), 3);
  ask(clock, { thereMs: 1, backMs: 1 });
  expect(Math.abs(error(clock))).toBeLessThanOrEqual(1);
});

test("gets better with quick answers, and slow ones move it neither forth nor back", () => {
  const clock = createClock();
  ask(clock, { thereMs: 2, backMs: 2 });
  const before = error(clock);
  ask(clock, { thereMs: 2, backMs: 500 });
  ask(clock, { thereMs: 500, backMs: 2 });
  expect(error(clock)).toBeCloseTo(before, 3);
  ask(clock, { thereMs: 0, backMs: 0 });
  expect(error(clock)).toBeCloseTo(0, 3);
});

test("goes on when the machine's clock is set, and follows the database's", () => {
  const clock = createClock();
  ask(clock, { thereMs: 1, backMs: 1 });
  const before = clock.now();
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(clock.now()).toBeCloseTo(before, 3);
  ask(clock, { thereMs: 1, backMs: 1 });
  expect(Math.abs(error(clock))).toBeLessThanOrEqual(1);
});
