import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { tallies } from "@/lib/metrics/tallies";
import { deleteCycle } from "../cycles/delete";
import { acceptRequest, createPublishedCycle, createWorld, type World } from "../testing";
import { cancelTransaction } from "../transactions/cancel";

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
});
afterAll(() => database.close());

test("what ends without a worker is counted too", async () => {
  const before = { cancelled: tallies.ended.CANCELLED.value, discarded: tallies.ended.DISCARDED.value };
  const cycle = await createPublishedCycle(world.builder);
  const requests = [];
  for (const body of ["1", "2", "3"]) requests.push(await acceptRequest(world.builder, cycle, body));
  await cancelTransaction(world.builder, requests[0]!.transactionId);
  await deleteCycle(world.builder, cycle.cycleId);
  expect(tallies.ended.CANCELLED.value - before.cancelled).toBe(1);
  expect(tallies.ended.DISCARDED.value - before.discarded).toBe(2);
});
