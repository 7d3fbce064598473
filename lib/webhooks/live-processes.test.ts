import { expect, it } from "vitest";
import { LiveProcesses } from "./live-processes";

function setUp(counts: (number | Error)[]) {
  const state = { nowMs: 0, asked: 0 };
  const read = async () => {
    const count = counts[state.asked++];
    if (count instanceof Error) throw count;
    return count!;
  };
  return { state, live: new LiveProcesses(read, () => state.nowMs) };
}

it("counts itself until it knows of others, and asks no more than once in 5 s", async () => {
  const { state, live } = setUp([3]);
  expect(live.count).toBe(1);
  await expect.poll(() => live.count).toBe(3);
  state.nowMs = 4_999;
  expect(live.count).toBe(3);
  expect(state.asked).toBe(1);
});

it("keeps the last count while the database does not answer", async () => {
  const { state, live } = setUp([4, new Error("away"), 2]);
  await expect.poll(() => live.count).toBe(4);
  state.nowMs = 5_000;
  expect(live.count).toBe(4);
  await expect.poll(() => live.count).toBe(4);
  state.nowMs = 10_000;
  await expect.poll(() => live.count).toBe(2);
});

it("counts itself also when nobody has reported", async () => {
  const { live } = setUp([0]);
  await expect.poll(() => live.count).toBe(1);
});
