import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { freePort } from "@/scripts/setup/port.mjs";
import { serveMetrics } from "./metrics-server";
import { TestCaller, TestWorld } from "./testing";
import { bundleWorker } from "./testing-bundle";
import { Worker } from "./worker";

const root = fileURLToPath(new URL("..", import.meta.url));

let db: TestDatabase;
let folder: string;
let child: ChildProcess;
let url: string;

beforeAll(async () => {
  db = await testDatabase();
  folder = await bundleWorker(root);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const env = { ...process.env, DATABASE_URL: db.url, HOST: "127.0.0.1", WORKER_METRICS_PORT: String(port) };
  child = spawn(process.execPath, [join(folder, "worker.mjs")], { env, stdio: "inherit" });
});
afterAll(async () => {
  child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
  await db.close();
});

const status = (path: string, headers: Record<string, string> = {}) =>
  fetch(url + path, { headers }).then(
    (response) => response.status,
    () => 0,
  );

/** The value of a metric with its labels as Prometheus would read it; 0 when it isn't there yet. */
async function scrape(metric: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${metric} `));
  return Number(line?.slice(metric.length + 1) ?? 0);
}

test("a worker process shows what it does, and whether it can", async () => {
  await expect.poll(() => status("/readyz")).toBe(200);
  expect(await status("/healthz")).toBe(200);
  expect(await status("/elsewhere")).toBe(404);
  expect(await status("/metrics", { "X-Forwarded-For": "203.0.113.7" })).toBe(403);

  const steps = [
    { id: "trigger", type: "webhook" },
    { id: "fields", type: "set-fields", settings: { fields: [] } },
  ];
  const metrics = [
    'spoke_transactions_ended_total{state="completed"}',
    "spoke_claimed_jobs_total",
    "spoke_settle_batch_size_sum",
    'spoke_step_seconds_count{type="set-fields"}',
  ];
  expect(await Promise.all(metrics.map(scrape))).toEqual([0, 0, 0, 0]);
  const cycle = await new TestWorld(db).cycle(graphOf(steps, ["trigger -> fields"]));
  await cycle.accept(1, 2, 3);
  await cycle.ended();
  await expect.poll(() => Promise.all(metrics.map(scrape))).toEqual([3, 3, 3, 3]);
  expect(await scrape("spoke_claims_total")).toBeGreaterThan(0);
  expect(await scrape("spoke_worker_slots")).toBe(64);
  expect(await scrape("spoke_worker_lease_valid")).toBe(1);
  expect(await scrape("spoke_database_up")).toBe(1);

  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  const { rows } = await db.pool.query(`SELECT kind, pid, "endedAt" IS NOT NULL AS ended FROM "Process"`);
  expect(rows).toEqual([{ kind: "WORKER", pid: child.pid, ended: true }]);
});

test("a worker whose port is taken works on without", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const metrics = { answer: async () => ({ status: 200, headers: [], body: "" }) };
  const worker = new Worker({ pool: db.pool, caller: new TestCaller(), slots: 1 });
  expect(await serveMetrics({ port, host: "127.0.0.1", metrics, worker })).toBeUndefined();
  taken.close();
});
