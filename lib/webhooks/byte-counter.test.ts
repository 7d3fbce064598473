import { expect, it } from "vitest";
import type { AddedBytes } from "@/lib/queue/stored-bytes";
import { ByteCounter } from "./byte-counter";

const DAY = Date.parse("2026-03-01T00:00:00Z");

it("adds up per account and day, and writes it once", async () => {
  const written: AddedBytes[] = [];
  const counter = new ByteCounter({
    addStoredBytes: async (added) => void written.push(...added),
    onError: () => {},
  });
  counter.add("a", 10, DAY + 1);
  counter.add("a", 5, DAY + 86_399_999);
  counter.add("a", 1, DAY + 86_400_000);
  counter.add("b", 7, DAY);
  counter.add("b", 0, DAY);
  await counter.close();
  expect(written).toEqual([
    { accountId: "a", day: DAY, bytes: 15 },
    { accountId: "a", day: DAY + 86_400_000, bytes: 1 },
    { accountId: "b", day: DAY, bytes: 7 },
  ]);
  expect([counter.total("a"), counter.total("b"), counter.total("c")]).toEqual([16, 7, 0]);
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
  counter.add("a", 10, DAY);
  await counter.flush();
  counter.add("a", 5, DAY);
  await counter.close();
  expect(tries).toEqual([10, 15]);
  expect(errors).toHaveLength(1);
});
