import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { textAnswer } from "@/lib/webhooks/answers";
import { type MetricsServer, serveMetrics } from "./metrics-server";
import { TestCaller } from "./testing";
import { Worker } from "./worker";

let database: TestDatabase;
let worker: Worker;
let server: MetricsServer;

beforeAll(async () => {
  database = await testDatabase();
  worker = new Worker({ pool: database.pool, caller: new TestCaller(), slots: 4, listenUrl: database.url });
  const metrics = { answer: async () => textAnswer(200, "") };
  server = (await serveMetrics({ port: 0, host: "127.0.0.1", metrics, worker }))!;
});
afterAll(async () => {
  server.close();
  await database.close();
});

async function ask(path: string) {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
  const retryAfter = response.headers.get("retry-after");
  return { status: response.status, retryAfter, ...((await response.json()) as object) };
}

it("a worker is ready once it holds a lease, until it is told to stop, and alive all the time", async () => {
  expect(await ask("/healthz")).toMatchObject({ status: 200, alive: true });
  expect(await ask("/readyz")).toMatchObject({ status: 503, ready: false, check: "lease", retryAfter: "5" });
  worker.start();
  await expect.poll(() => ask("/readyz")).toMatchObject({ status: 200, ready: true });
  const stopped = worker.stop({ graceMs: 0 });
  expect(await ask("/readyz")).toMatchObject({ status: 503, check: "stopping" });
  await stopped;
  expect(await ask("/healthz")).toMatchObject({ status: 200, alive: true });
});
