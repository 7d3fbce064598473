import { expect, it } from "vitest";
import { MOST_TRIES, notificationDelayMs } from "./notifications";

const MINUTE = 60_000;

it.each([
  { tries: 1, minutes: 1 },
  { tries: 2, minutes: 5 },
  { tries: 5, minutes: 60 },
  { tries: 9, minutes: 480 },
])("waits $minutes min after attempt $tries", ({ tries, minutes }) => {
  expect(notificationDelayMs({ tries, random: 0 })).toBe(minutes * MINUTE);
  expect(notificationDelayMs({ tries, random: 0.999 })).toBeLessThanOrEqual(minutes * MINUTE * 1.1);
});

it("goes on for about a day and then gives up", () => {
  const delays = Array.from({ length: MOST_TRIES - 1 }, (_, index) =>
    notificationDelayMs({ tries: index + 1, random: 0 }),
  );
  const hours = delays.reduce<number>((sum, delayMs) => sum + (delayMs ?? 0), 0) / 60 / MINUTE;
  expect(hours).toBeGreaterThan(23);
  expect(hours).toBeLessThan(25);
  expect(notificationDelayMs({ tries: MOST_TRIES, random: 0 })).toBeNull();
});

it("waits as long as the target asks, up to 8 h", () => {
  expect(notificationDelayMs({ tries: 1, retryAfterMs: 10 * MINUTE, random: 0 })).toBe(10 * MINUTE);
  expect(notificationDelayMs({ tries: 1, retryAfterMs: 1_000, random: 0 })).toBe(MINUTE);
  expect(notificationDelayMs({ tries: 1, retryAfterMs: 1e12, random: 0 })).toBe(480 * MINUTE);
});
