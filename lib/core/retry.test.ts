import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_BACKOFF_MS, MAX_RETRY_AFTER_MS, retryDelayMs } from "./retry";

const backoff = { retries: 10, wait: "backoff", firstWaitMs: 1_000, random: 0.5 } as const;

describe("retryDelayMs", () => {
  it.each([
    { attempt: 1, seconds: 1 },
    { attempt: 2, seconds: 2 },
    { attempt: 5, seconds: 16 },
    { attempt: 10, seconds: 512 },
  ])("waits $seconds s after attempt $attempt", ({ attempt, seconds }) => {
    expect(retryDelayMs({ ...backoff, attempt })).toBe(seconds * 1_000);
  });

  it("moves each wait by up to a fifth", () => {
    expect(retryDelayMs({ ...backoff, attempt: 3, random: 0 })).toBe(3_200);
    expect(retryDelayMs({ ...backoff, attempt: 3, random: 0.999999 })).toBe(4_800);
  });

  it("keeps a fixed wait", () => {
    expect(retryDelayMs({ ...backoff, wait: "fixed", attempt: 1, random: 0 })).toBe(1_000);
    expect(retryDelayMs({ ...backoff, wait: "fixed", attempt: 9, random: 0.9 })).toBe(1_000);
  });

  it("waits as long as the application asks when that is longer, a day at most", () => {
    expect(retryDelayMs({ ...backoff, attempt: 1, retryAfterMs: 600_000 })).toBe(600_000);
    expect(retryDelayMs({ ...backoff, attempt: 1, retryAfterMs: 10 })).toBe(1_000);
    expect(retryDelayMs({ ...backoff, attempt: 1, retryAfterMs: 1e12 })).toBe(MAX_RETRY_AFTER_MS);
  });

  it("gives up when the retries are used up", () => {
    expect(retryDelayMs({ ...backoff, retries: 3, attempt: 3 })).toBe(4_000);
    expect(retryDelayMs({ ...backoff, retries: 3, attempt: 4 })).toBeNull();
    expect(retryDelayMs({ ...backoff, retries: 0, attempt: 1 })).toBeNull();
  });

  it("gives up even when the application asks to come again", () => {
    expect(retryDelayMs({ ...backoff, retries: 0, attempt: 1, retryAfterMs: 5 })).toBeNull();
  });

  it("refuses an attempt that was never made", () => {
    expect(() => retryDelayMs({ ...backoff, attempt: 0 })).toThrow(RangeError);
  });

  it("never waits longer than an hour by itself", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 100, max: 10_000_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, firstWaitMs, random) => {
          const waitMs = retryDelayMs({ ...backoff, attempt, firstWaitMs, random }) as number;
          expect(waitMs).toBeLessThanOrEqual(MAX_BACKOFF_MS);
          expect(waitMs).toBeGreaterThanOrEqual(0.8 * Math.min(firstWaitMs, MAX_BACKOFF_MS) - 1);
        },
      ),
    );
  });
});
