import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LineCap } from "./line-cap";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("lets a second's share through, says what it left out, and begins anew", () => {
  const leftOut: number[] = [];
  const cap = new LineCap(2, (lines) => leftOut.push(lines));
  expect([cap.take(), cap.take(), cap.take(), cap.take(), cap.take()]).toEqual([true, true, false, false, false]);
  vi.advanceTimersByTime(1_000);
  expect(leftOut).toEqual([3]);
  expect(cap.take()).toBe(true);
  vi.advanceTimersByTime(1_000);
  expect(leftOut).toEqual([3]);
});
