import { expect, test } from "vitest";
import { Pace } from "./pace";

test.each([
  [[], 1],
  [[500], 1],
  [[15], 4],
  [[3], 16],
  [[0.2], 32],
  [[500, ...Array.from({ length: 60 }, () => 0.2)], 32],
])("after durations of %j ms a slot may hold %d jobs", (durations, jobs) => {
  const pace = new Pace();
  for (const duration of durations) pace.note("a", duration);
  expect(pace.ahead("a")).toBe(jobs);
});

test("names the quick cycles that were noted last", () => {
  const pace = new Pace();
  for (let index = 0; index < 100; index++) pace.note(`c${index}`, 0.1);
  pace.note("slow", 100);
  const quick = pace.quickCycleIds();
  expect([quick.length, quick.at(-1), quick.includes("slow")]).toEqual([63, "c99", false]);
});

test.each([
  [4, true],
  [6, false],
])("a cycle whose transactions take %d ms is quick: %s", (durationMs, isQuick) => {
  const pace = new Pace();
  pace.note("a", durationMs);
  expect([pace.isQuick("a"), pace.isQuick("unknown")]).toEqual([isQuick, false]);
});
