import { describe, expect, it, onTestFinished, vi } from "vitest";
import { BatcherFull, createBatcher } from "./batch";

/** A flush whose calls are recorded and end when the test says so. */
function controlledFlush() {
  const calls: { items: number[]; finish: () => void; fail: (error: unknown) => void }[] = [];
  const flush = (items: number[]) =>
    new Promise<number[]>((resolve, reject) => {
      calls.push({ items, finish: () => resolve(items.map((item) => item * 10)), fail: reject });
    });
  return { calls, flush };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const sizes = { maxItems: 3, maxBytes: 100, concurrency: 1 };

describe("createBatcher", () => {
  it("flushes what came in one turn of the event loop together, without waiting for more", async () => {
    const { calls, flush } = controlledFlush();
    const batcher = createBatcher({ ...sizes, flush });
    const results = Promise.all([batcher.add(1, 1), batcher.add(2, 1)]);
    await turn();
    expect(calls.map((call) => call.items)).toEqual([[1, 2]]);
    calls[0]!.finish();
    expect(await results).toEqual([10, 20]);
  });

  it("collects while a flush is under way, up to the number of items", async () => {
    const { calls, flush } = controlledFlush();
    const batcher = createBatcher({ ...sizes, flush });
    const results = [batcher.add(1, 1)];
    await turn();
    results.push(batcher.add(2, 1), batcher.add(3, 1), batcher.add(4, 1), batcher.add(5, 1));
    await turn();
    expect(calls.length).toBe(1);
    for (let index = 0; index < 3; index++) {
      calls[index]!.finish();
      await turn();
    }
    expect(calls.map((call) => call.items)).toEqual([[1], [2, 3, 4], [5]]);
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50]);
  });

  it("begins the next flush before the callers of the last one go on", async () => {
    const { calls, flush } = controlledFlush();
    const batcher = createBatcher({ ...sizes, flush });
    const flushesSeen = batcher.add(1, 1).then(() => calls.length);
    await turn();
    const idle = batcher.idle().then(() => "idle");
    const last = batcher.add(2, 1).then(() => "answered");
    calls[0]!.finish();
    expect(await flushesSeen).toBe(2);
    calls[1]!.finish();
    expect(await Promise.race([idle, last])).toBe("answered");
    expect(await idle).toBe("idle");
  });

  it("cuts a flush at the number of bytes, and lets a larger item travel alone", async () => {
    const { calls, flush } = controlledFlush();
    const batcher = createBatcher({ ...sizes, concurrency: 5, flush });
    for (const [item, sizeBytes] of [
      [1, 60],
      [2, 40],
      [3, 1],
      [4, 500],
    ] as const)
      void batcher.add(item, sizeBytes);
    await turn();
    expect(calls.map((call) => call.items)).toEqual([[1, 2], [3], [4]]);
  });

  it("lets several flushes be under way at once", async () => {
    const { calls, flush } = controlledFlush();
    const batcher = createBatcher({ ...sizes, concurrency: 2, flush });
    for (const item of [1, 2, 3, 4, 5, 6, 7]) void batcher.add(item, 1);
    await turn();
    expect(calls.map((call) => call.items)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it("begins a flush beside another one only when enough items wait", async () => {
    const { calls, flush } = controlledFlush();
    const batcher = createBatcher({ ...sizes, concurrency: 2, parallelFromItems: 3, flush });
    for (const item of [1, 2]) void batcher.add(item, 1);
    await turn();
    for (const item of [3, 4]) void batcher.add(item, 1);
    await turn();
    expect(calls.map((call) => call.items)).toEqual([[1, 2]]);
    void batcher.add(5, 1);
    await turn();
    void batcher.add(6, 1);
    calls[0]!.finish();
    await turn();
    expect(calls.map((call) => call.items)).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    calls[1]!.finish();
    await turn();
    expect(calls.map((call) => call.items)).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  it("rests after a flush, until the time is over or the next is full", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { calls, flush } = controlledFlush();
    const batcher = createBatcher({ ...sizes, flush, restMs: () => 5 });
    const flushed = () => calls.map((call) => call.items);
    const results = [batcher.add(1, 1)];
    await turn();
    calls[0]!.finish();
    await turn();
    results.push(batcher.add(2, 1), batcher.add(3, 1));
    await turn();
    expect(flushed()).toEqual([[1]]);
    vi.advanceTimersByTime(5);
    expect(flushed()).toEqual([[1], [2, 3]]);
    calls[1]!.finish();
    await turn();
    results.push(batcher.add(4, 1), batcher.add(5, 1), batcher.add(6, 1), batcher.add(7, 1));
    await turn();
    expect(flushed()).toEqual([[1], [2, 3], [4, 5, 6]]);
    calls[2]!.finish();
    await turn();
    vi.advanceTimersByTime(5);
    calls[3]!.finish();
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50, 60, 70]);
  });

  it("fails the item at fault alone", async () => {
    const flush = async (items: number[]) => {
      if (items.includes(3)) throw Object.assign(new Error("bad row"), { code: "22P05" });
      return items;
    };
    const batcher = createBatcher({ ...sizes, maxItems: 10, flush });
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => batcher.add(item, 1)));
    expect(results.map((result) => result.status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
  });

  it("fails all items of a flush whose connection was lost, once", async () => {
    let flushes = 0;
    const flush = async (): Promise<number[]> => {
      flushes++;
      throw Object.assign(new Error("connection lost"), { code: "ECONNRESET" });
    };
    const batcher = createBatcher({ ...sizes, flush });
    const results = await Promise.allSettled([batcher.add(1, 1), batcher.add(2, 1)]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected"]);
    expect(flushes).toBe(1);
  });

  it("refuses items when too many wait", async () => {
    const { flush } = controlledFlush();
    const batcher = createBatcher({ ...sizes, flush, maxWaitingItems: 2, maxWaitingBytes: 50 });
    void batcher.add(1, 1);
    await expect(batcher.add(2, 50)).rejects.toBeInstanceOf(BatcherFull);
    void batcher.add(3, 1);
    await expect(batcher.add(4, 1)).rejects.toBeInstanceOf(BatcherFull);
  });

  it("is idle when the last flush has ended", async () => {
    const { calls, flush } = controlledFlush();
    const batcher = createBatcher({ ...sizes, flush });
    await batcher.idle();
    void batcher.add(1, 1);
    const ended: string[] = [];
    const idle = batcher.idle().then(() => ended.push("idle"));
    await turn();
    expect(ended).toEqual([]);
    calls[0]!.finish();
    await idle;
    expect(ended).toEqual(["idle"]);
  });
});
