import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { field, graphOf } from "@/lib/core/testing";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { TestWorld } from "./testing";
import { bundleWorker } from "./testing-bundle";

const root = fileURLToPath(new URL("..", import.meta.url));
const TRANSACTIONS = 80;

let db: TestDatabase;
let world: TestWorld;
let folder: string;
let outside: Server;
let url: string;
/** Idempotency keys of the calls that came, in their order. */
let keys: string[] = [];
/** Told the key of each call as it comes. */
let onCall: (key: string) => void = () => {};
const processes: ChildProcess[] = [];

beforeAll(async () => {
  db = await testDatabase();
  world = new TestWorld(db);
  folder = await bundleWorker(root);
  outside = createServer((request, response) => {
    keys.push(String(request.headers["idempotency-key"]));
    onCall(String(request.headers["idempotency-key"]));
    request.resume();
    setTimeout(() => response.setHeader("content-type", "application/json").end('{"done":true}'), 5);
  });
  outside.listen(0, "127.0.0.1");
  await once(outside, "listening");
  url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const child of processes.splice(0)) child.kill("SIGKILL");
  await db.pool.query(`TRUNCATE "Job", "Grant", "Worker"`);
  keys = [];
  onCall = () => {};
});
afterAll(async () => {
  outside.closeAllConnections();
  outside.close();
  rmSync(folder, { recursive: true });
  await db.close();
});

function startWorker(): ChildProcess {
  const env = { ...process.env, DATABASE_URL: db.url, EGRESS_ALLOW: "127.0.0.1", WORKER_SLOTS: "16" };
  const child = spawn(process.execPath, [join(folder, "worker.mjs")], { env, stdio: "inherit" });
  processes.push(child);
  return child;
}

const call = (id: string) => ({
  id,
  type: "http-request",
  settings: { method: "POST", url: `${url}/${id}`, body: [field("n", "{{trigger.body}}")] },
});
const graph = () =>
  graphOf(
    [
      { id: "trigger", type: "webhook" },
      call("a"),
      call("b"),
      { id: "c", type: "set-fields", settings: { fields: [field("ok", "{{b.body.done}}")] } },
    ],
    ["trigger -> a", "a -> b", "b -> c"],
  );

test("a worker killed in the middle loses nothing and doubles nothing that was stored", async () => {
  const cycle = await world.cycle(graph(), { parallelLimit: 12 });
  const ids = await cycle.accept(...Array.from({ length: TRANSACTIONS }, (_, index) => index));
  const first = startWorker();
  await expect.poll(() => keys.length, { timeout: 15_000, interval: 1 }).toBeGreaterThan(TRANSACTIONS / 2);
  first.kill("SIGKILL");
  await once(first, "exit");
  const before = keys.length;
  startWorker();
  await cycle.ended(20_000);

  const results = await Promise.all(ids.map((id) => cycle.result(id)));
  expect(results.map((result) => result.state)).toEqual(ids.map(() => "COMPLETED"));
  expect(results.map((result) => result.steps.map((step) => step.stepId).join(" "))).toEqual(
    ids.map(() => "trigger a b c"),
  );
  expect(new Set(keys)).toEqual(new Set(ids.flatMap((id) => [`${id}-a-1`, `${id}-b-1`])));
  const repeated = keys.filter((key, index) => keys.indexOf(key) !== index);
  expect(repeated.length).toBeLessThanOrEqual(12);
  expect(new Set(repeated).size).toBe(repeated.length);
  expect(repeated.every((key) => keys.indexOf(key) < before)).toBe(true);
}, 60_000);

test("a worker that is asked to end gives everything back and ends with code 0", async () => {
  const cycle = await world.cycle(graph(), { parallelLimit: 4 });
  const ids = await cycle.accept(...Array.from({ length: TRANSACTIONS }, (_, index) => index));
  const first = startWorker();
  await expect.poll(() => keys.length, { timeout: 15_000, interval: 1 }).toBeGreaterThan(5);
  first.kill("SIGTERM");
  expect(await once(first, "exit")).toEqual([0, null]);
  expect((await db.pool.query(`SELECT DISTINCT status FROM "Job"`)).rows).toEqual([{ status: "READY" }]);
  expect((await db.pool.query(`SELECT id FROM "Worker" UNION SELECT "workerId" FROM "Grant"`)).rows).toEqual([]);
  startWorker();
  await cycle.ended(20_000);
  expect([...keys].sort()).toEqual(ids.flatMap((id) => [`${id}-a-1`, `${id}-b-1`]).sort());
}, 60_000);

test("a transaction that its worker dies of each time is given up, those beside it are not", async () => {
  const cycle = await world.cycle(graph(), { parallelLimit: 12 });
  const [poison, ...others] = await cycle.accept(...Array.from({ length: TRANSACTIONS }, (_, index) => index));
  let deaths = 0;
  while ((await cycle.state(poison!)) !== "FAILED" && deaths < 6) {
    const worker = startWorker();
    const failed = expect.poll(() => cycle.state(poison!), { timeout: 15_000, interval: 10 }).toBe("FAILED");
    const died = once(worker, "exit").then(() => deaths++);
    onCall = (key) => key.startsWith(poison!) && worker.kill("SIGKILL");
    await Promise.race([died, failed]);
    failed.catch(() => {});
  }
  await cycle.ended(20_000);
  expect(deaths).toBe(3);
  expect((await cycle.result(poison!)).error).toContain("ended three times");
  expect(await Promise.all(others.map((id) => cycle.state(id)))).toEqual(others.map(() => "COMPLETED"));
}, 60_000);
