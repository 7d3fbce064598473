import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { tallies } from "@/lib/metrics/tallies";
import { startTestServer, type TestServer } from "./test-server";
import { makeWebhook } from "./testing";

let database: TestDatabase;
let server: TestServer;
beforeAll(async () => {
  database = await testDatabase();
  server = await startTestServer(database);
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const counted = () => ({
  accepted: tallies.requests.ACCEPTED[200]!,
  found: tallies.requests.FOUND[200]!,
  notFound: tallies.requests.NOT_FOUND[404]!,
  answered: tallies.acceptSeconds.count,
  batched: tallies.acceptBatch.sum,
  hits: tallies.cacheHits.value,
  misses: tallies.cacheMisses.value,
});

test("every answer is counted once, by how it came about", async () => {
  const { identifier } = await makeWebhook(database.pool);
  const before = counted();
  const path = `/api/webhook/${identifier}`;
  await server.send(path, { body: "{}" });
  await server.send(path, { body: "{}" });
  await server.send(path, { method: "GET" });
  await server.send("/api/webhook/unknown", { body: "{}" });
  const after = counted();
  const rise = Object.fromEntries(Object.entries(after).map(([key, value]) => [key, value - before[key as "hits"]]));
  const { hits, misses, ...answers } = rise;
  expect(answers).toEqual({ accepted: 2, found: 1, notFound: 1, answered: 2, batched: 2 });
  // What was looked up is believed only while changes are heard of, which a process that stood still is not sure of.
  expect([hits! + misses!, misses! > 0]).toEqual([3, true]);
});
