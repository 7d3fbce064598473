import { expect, it } from "vitest";
import type { AddedBytes } from "@/lib/queue/stored-bytes";
import { ByteCounter } from "./byte-counter";

const DAY = Date.parse("2026-03-01T00:00:00Z");

const first = { webhookId: "first", accountId: "a" };
const second = { webhookId: "second", accountId: "a" };

it("adds up per webhook and day, and writes it once", async () => {
  const written: AddedBytes[] = [];
  const counter = new ByteCounter({
    addStoredBytes: async (added) => void written.push(...added),
    onError: () => {},
  });
  counter.add(first, 10, DAY + 1);
  counter.add(first, 5, DAY + 86_399_999);
  counter.add(first, 1, DAY + 86_400_000);
  counter.add(second, 7, DAY);
  counter.add(second, 0, DAY);
  await counter.close();
  expect(written).toEqual([
    { ...first, day: DAY, bytes: 15 },
    { ...first, day: DAY + 86_400_000, bytes: 1 },
    { ...second, day: DAY, bytes: 7 },
  ]);
  expect(["first", "second", "a", "b"].map((id) => counter.total(id))).toEqual([16, 7, 23, 0]);
});

it("tells what is not written, also while it is", async () => {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const counter = new ByteCounter({ addStoredBytes: () => ended, onError: () => {} });
  const unwritten = () => ["first", "second", "a", "b"].map((id) => counter.unwritten(id));
  counter.add(first, 10, DAY);
  const flushed = counter.flush();
  await Promise.resolve();
  counter.add(first, 5, DAY);
  counter.add(second, 7, DAY);
  expect(unwritten()).toEqual([15, 7, 22, 0]);
  end();
  await flushed;
  expect(unwritten()).toEqual([5, 7, 12, 0]);
  await counter.close();
  expect(unwritten()).toEqual([0, 0, 0, 0]);
});

it("writes with the next what could not be written", async () => {
  const tries: number[] = [];
  const errors: unknown[] = [];
  const counter = new ByteCounter({
    addStoredBytes: async ([added]) => {
      tries.push(added!.bytes);
      if (tries.length === 1) throw new Error("away");
    },
    onError: (error) => errors.push(error),
  });
  counter.add(first, 10, DAY);
  await counter.flush();
  counter.add(first, 5, DAY);
  await counter.close();
  expect(tries).toEqual([10, 15]);
  expect(errors).toHaveLength(1);
});
