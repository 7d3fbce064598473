import { describe, expect, test } from "vitest";
import type { ClaimedCycle, ClaimedJob } from "@/lib/queue/claim";
import { Holdings } from "./holdings";
import type { PreparedTransaction } from "./versions";

const job = (seq: number, { cycleId = "a", lane = 1 as 0 | 1, rescues = 0 } = {}): ClaimedJob => ({
  seq,
  transactionId: `t${seq}`,
  accountId: "account",
  cycleId,
  lane,
  claim: 1,
  rescues,
});

const cycle = (id: string, slots: number, limit = 10): ClaimedCycle => ({
  id,
  slots,
  limit,
  state: "RUNNING",
  finishSeq: null,
});
const loaded = {} as PreparedTransaction;
const one = () => 1;

/** Holdings with these jobs, all loaded. */
function holding(jobs: ClaimedJob[], cycles: ClaimedCycle[], { slots = 8, reserved = 2 } = {}): Holdings {
  const holdings = new Holdings({ slots, reserved });
  for (const added of holdings.add({ jobs, cycles }, one)) added.loaded = loaded;
  return holdings;
}

function takeAll(holdings: Holdings): number[] {
  const taken: number[] = [];
  for (let next = holdings.take(); next; next = holdings.take()) taken.push(next.seq);
  return taken;
}

describe("what may begin", () => {
  test("are as many of a cycle as it has slots, the oldest first", () => {
    const holdings = holding([job(3), job(1), job(2)], [cycle("a", 2)]);
    expect(takeAll(holdings)).toEqual([1, 2]);
    holdings.ended(job(1));
    expect(takeAll(holdings)).toEqual([3]);
  });

  test("takes turns between cycles", () => {
    const jobs = [job(1), job(2), job(3, { cycleId: "b" }), job(4, { cycleId: "b" })];
    expect(takeAll(holding(jobs, [cycle("a", 2), cycle("b", 2)]))).toEqual([1, 3, 2, 4]);
  });

  test("is synchronous first, and only synchronous in the reserved slots", () => {
    const normal = Array.from({ length: 8 }, (_, index) => job(index));
    const synchronous = [
      job(20, { cycleId: "b", lane: 0 }),
      job(21, { cycleId: "b", lane: 0 }),
      job(22, { cycleId: "b", lane: 0 }),
    ];
    const holdings = holding([...normal, ...synchronous], [cycle("a", 8), cycle("b", 2)]);
    expect(takeAll(holdings)).toEqual([20, 21, 0, 1, 2, 3, 4, 5]);
    expect([holdings.freeSlots, holdings.freeNormalSlots]).toEqual([0, 0]);
  });

  test("keeps the order of a strict cycle over its lanes", () => {
    const jobs = [job(2, { lane: 0 }), job(1), job(3)];
    const holdings = holding(jobs, [cycle("a", 1, 1)]);
    expect(holdings.take()?.seq).toBe(1);
    expect(holdings.take()).toBeUndefined();
  });

  test("is nothing that is not loaded, and nothing behind it in its cycle", () => {
    const holdings = holding([job(1), job(2), job(3, { cycleId: "b" })], [cycle("a", 2), cycle("b", 1)]);
    for (const held of holdings.cycles) if (held.id === "a") held.waiting[0]!.loaded = "loading";
    expect(takeAll(holdings)).toEqual([3]);
  });

  test("are jobs that two workers died with one by one, and others beside them", () => {
    const onTrial = { rescues: 2 };
    const jobs = [job(1, onTrial), job(2, { ...onTrial, cycleId: "b" }), job(3, { cycleId: "c" })];
    const holdings = holding(jobs, [cycle("a", 1), cycle("b", 1), cycle("c", 1)]);
    expect(takeAll(holdings)).toEqual([1, 3]);
    holdings.ended(job(3, { cycleId: "c" }));
    expect(takeAll(holdings)).toEqual([]);
    holdings.ended(job(1, onTrial));
    expect(takeAll(holdings)).toEqual([2]);
  });

  test("are jobs that two workers died with before they are loaded, and not with others", () => {
    const holdings = new Holdings({ slots: 8, reserved: 2 });
    const [, other] = holdings.add({ jobs: [job(1, { rescues: 2 }), job(2)], cycles: [cycle("a", 2)] }, one);
    expect(holdings.unloaded().jobs).toEqual([other]);
    expect(takeAll(holdings)).toEqual([1]);
  });

  test("is nothing of a cycle that lost its slots", () => {
    const holdings = holding([job(1)], [cycle("a", 1)]);
    holdings.add({ jobs: [], cycles: [cycle("a", 0)] }, one);
    expect(holdings.take()).toBeUndefined();
  });
});

test("the next claim is told what waits and runs in each lane, and which cycles are quick", () => {
  const holdings = holding([job(1), job(2), job(3, { lane: 0 })], [cycle("a", 2)]);
  holdings.take();
  const isQuick = (id: string) => id === "quick";
  const wish = { ahead: (id: string) => (isQuick(id) ? 32 : 1), defers: isQuick, quickCycleIds: ["quick"] };
  expect(holdings.held(wish)).toEqual([
    { cycleId: "quick", lane: 0, waiting: 0, running: 0, ahead: 32, defers: false },
    { cycleId: "quick", lane: 1, waiting: 0, running: 0, ahead: 32, defers: true },
    { cycleId: "a", lane: 0, waiting: 0, running: 1, ahead: 1, defers: false },
    { cycleId: "a", lane: 1, waiting: 2, running: 0, ahead: 1, defers: false },
  ]);
});

test("a claim within the slots of cycles is told what is in hand of each, and to claim ahead only where jobs take no time", () => {
  const holdings = holding([job(1), job(2), job(3, { lane: 0 })], [cycle("a", 2)]);
  holdings.take();
  const ahead = (id: string) => (id === "quick" ? 32 : 16);
  expect(holdings.wanted(["a", "quick"], ahead)).toEqual([
    { cycleId: "a", inHand: 3, ahead: 1 },
    { cycleId: "quick", inHand: 0, ahead: 32 },
  ]);
});

test("forgets a cycle of which nothing is left", () => {
  const holdings = holding([job(1)], [cycle("a", 1)]);
  holdings.take();
  holdings.ended(job(1));
  holdings.add({ jobs: [], cycles: [] }, one);
  expect([...holdings.cycles]).toEqual([]);
});

test("is low when half of a full claim is used up", () => {
  const jobs = Array.from({ length: 8 }, (_, index) => job(index));
  const holdings = new Holdings({ slots: 8, reserved: 0 });
  for (const added of holdings.add({ jobs, cycles: [cycle("a", 2)] }, () => 4)) added.loaded = loaded;
  const held = holdings.cycle("a")!;
  const low = [held.waiting.length, 6, 4, 3].map((left) => {
    held.waiting.splice(left);
    return holdings.isLow(held, 4);
  });
  expect(low).toEqual([false, false, true, true]);
});

test("gives up what is unwanted and knows what is to be loaded", () => {
  const holdings = holding([job(1), job(2)], [cycle("a", 1)]);
  const [added] = holdings.add({ jobs: [job(3)], cycles: [] }, one);
  expect(holdings.unloaded()).toEqual({ jobs: [added], loadedBytes: 0 });
  expect(holdings.remove((held) => held.seq > 1).map((held) => held.seq)).toEqual([2, 3]);
  expect(takeAll(holdings)).toEqual([1]);
});
