import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Repeat } from "./housekeeping";
import { Bell } from "./wake";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("does something at once, and again after the pause it gives or its own", async () => {
  const pauses = [200, undefined, 50];
  const at: number[] = [];
  const begin = performance.now();
  const repeat = new Repeat("test", 1_000, async () => {
    at.push(performance.now() - begin);
    return pauses.shift();
  });
  await vi.advanceTimersByTimeAsync(1_260);
  await repeat.stop();
  expect(at).toEqual([0, 200, 1_200, 1_250]);
});

test("goes on after an error", async () => {
  let rounds = 0;
  const repeat = new Repeat("test", 100, async () => {
    rounds++;
    throw new Error("no database");
  });
  await vi.advanceTimersByTimeAsync(250);
  await repeat.stop();
  expect(rounds).toBe(3);
});

test("does it sooner when asked to, never later", async () => {
  const at: number[] = [];
  const begin = performance.now();
  const repeat = new Repeat("test", 1_000, async () => {
    at.push(performance.now() - begin);
    return undefined;
  });
  await vi.advanceTimersByTimeAsync(100);
  repeat.within(50);
  repeat.within(5_000);
  await vi.advanceTimersByTimeAsync(100);
  await repeat.stop();
  expect(at).toEqual([0, 150]);
});

test("does nothing any more once it is stopped", async () => {
  let rounds = 0;
  const repeat = new Repeat("test", 100, async () => {
    rounds++;
    return undefined;
  });
  await vi.advanceTimersByTimeAsync(10);
  await repeat.stop();
  repeat.within(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rounds).toBe(1);
});

test("a bell keeps one ring for who comes later, and gives up after a time", async () => {
  const bell = new Bell();
  bell.ring();
  bell.ring();
  await bell.wait(10_000);
  const waited = bell.wait(500);
  await vi.advanceTimersByTimeAsync(500);
  await waited;
  const rung = bell.wait(10_000);
  bell.ring();
  await rung;
  expect(performance.now()).toBeGreaterThan(0);
});
