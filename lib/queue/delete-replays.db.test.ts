import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { deleteReplays } from "./delete-replays";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("deletes the records of replays before a time, and no others", async () => {
  const how = { receiptId: randomUUID(), accountId: randomUUID(), checked: false, edited: false };
  const at = (day: number) => new Date(Date.UTC(2026, 0, day));
  const [old, young] = [randomUUID(), randomUUID()];
  await database.prisma.replay.createMany({
    data: [
      { ...how, transactionId: old, createdAt: at(1) },
      { ...how, transactionId: old, continuation: 1, createdAt: at(2) },
      { ...how, transactionId: young, createdAt: at(3) },
    ],
  });
  expect(await deleteReplays(database.pool, at(3))).toBe(2);
  expect(await database.prisma.replay.findMany({ select: { transactionId: true } })).toEqual([
    { transactionId: young },
  ]);
});
