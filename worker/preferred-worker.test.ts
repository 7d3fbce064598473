import { expect, test } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { preferredWorker } from "./preferred-worker";

const ids = (count: number) => Array.from({ length: count }, () => uuid7());

test("all who know the same workers agree, in whatever order they know them", () => {
  const workers = ids(5);
  for (const cycleId of ids(100))
    expect(preferredWorker(cycleId, workers.toReversed())).toBe(preferredWorker(cycleId, workers));
});

test("each of several workers is preferred for its share of the cycles", () => {
  const workers = ids(4);
  const chosen = ids(4_000).map((cycleId) => preferredWorker(cycleId, workers));
  for (const worker of workers) expect(chosen.filter((id) => id === worker).length).toBeGreaterThan(800);
});

test("when a worker goes, only its own cycles move", () => {
  const [gone, ...left] = ids(4);
  for (const cycleId of ids(500)) {
    const before = preferredWorker(cycleId, [gone!, ...left]);
    const after = preferredWorker(cycleId, left);
    expect(before === gone || before === after).toBe(true);
  }
});

test("without workers there is none", () => {
  expect(preferredWorker("a", [])).toBeUndefined();
});
