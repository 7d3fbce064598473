import type { ChildProcess } from "node:child_process";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { field, graphOf } from "@/lib/core/testing";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { type TestCycle, TestWorld } from "./testing";
import { trigger } from "./testing-graphs";
import { hook, request } from "./testing-mid-cycle";
import { WorkerProcesses } from "./testing-processes";

const TRANSACTIONS = 24;
const PARALLEL_LIMIT = 8;
const STATUSES = ["Received", "Picked", "Despatched"];

let db: TestDatabase;
let world: TestWorld;
let workers: WorkerProcesses;

beforeAll(async () => {
  db = await testDatabase();
  world = new TestWorld(db);
  workers = await WorkerProcesses.prepare(db);
});
afterEach(async () => {
  await workers.reset();
  await db.pool.query(`TRUNCATE "Job", "Grant", "Worker"`);
});
afterAll(async () => {
  workers.close();
  await db.close();
});

const call = (id: string) => ({
  id,
  type: "http-request",
  settings: { method: "POST", url: `${workers.url}/${id}`, body: [field("status", "{{hook.body.status}}")] },
});
const graph = () =>
  graphOf(
    [
      trigger,
      hook(),
      call("a"),
      call("b"),
      { id: "noted", type: "set-fields", settings: { fields: [field("status", "{{hook.body.status}}")] } },
    ],
    ["trigger -> hook", "hook -> a", "a -> b", "b -> noted"],
  );

/** Has as many transactions held as the test needs, each for its own value. */
async function holdAll(cycle: TestCycle): Promise<string[]> {
  const ids = await cycle.accept(...Array.from({ length: TRANSACTIONS }, (_, index) => ({ id: `A-${index}` })));
  const held = () => db.prisma.transaction.count({ where: { cycleId: cycle.cycleId, state: "HELD" } });
  await expect.poll(held).toBe(TRANSACTIONS);
  return ids;
}

/** Sends every held transaction its requests, each after the one before was answered. */
async function sendAll(cycle: TestCycle): Promise<void> {
  const numbers = Array.from({ length: TRANSACTIONS }, async (_, index) => {
    for (const [before, status] of STATUSES.entries()) {
      expect(await request(db, cycle, { id: `A-${index}`, status })).toMatchObject({ number: before + 1 });
    }
  });
  await Promise.all(numbers);
}

/** Kills a worker as soon as as many calls came whose keys end so, and waits for its end. */
async function killedAt(worker: ChildProcess, ending: string, count: number): Promise<void> {
  let came = 0;
  workers.onCall = (key) => key.endsWith(ending) && ++came === count && worker.kill("SIGKILL");
  expect(await workers.ended(worker)).toEqual([null, "SIGKILL"]);
  workers.onCall = () => {};
}

test("workers killed in the middle of continuations end each one once, in order, and lose none", async () => {
  const cycle = await world.cycle(graph(), { parallelLimit: PARALLEL_LIMIT });
  const first = workers.start();
  const ids = await holdAll(cycle);
  const firstDied = killedAt(first, "-a-1", 5);
  await sendAll(cycle);
  await firstDied;
  const second = workers.start();
  await killedAt(second, "-b-2", 7);
  const before = workers.keys.length;
  workers.start();
  await cycle.ended();

  const visits = STATUSES.map((_, index) => index + 1);
  const ofEach = await Promise.all(
    ids.map(async (id) => {
      const { state, steps } = await cycle.result(id);
      const noted = steps.flatMap((step) => (step.stepId === "noted" ? [step.output] : []));
      const made = [...new Set(workers.keys.filter((key) => key.startsWith(id)))].map((key) =>
        key.slice(id.length + 1),
      );
      return { state, steps: steps.map(({ stepId, visit }) => `${stepId}-${visit}`), noted, made };
    }),
  );
  expect(ofEach).toEqual(
    ids.map(() => ({
      state: "COMPLETED",
      steps: ["trigger-1", ...visits.flatMap((n) => [`hook-${n}`, `a-${n}`, `b-${n}`, `noted-${n}`])],
      noted: STATUSES.map((status) => ({ status })),
      made: visits.flatMap((n) => [`a-${n}`, `b-${n}`]),
    })),
  );
  const repeated = workers.keys.filter((key, index) => workers.keys.indexOf(key) !== index);
  expect(repeated.length).toBeLessThanOrEqual(2 * PARALLEL_LIMIT);
  expect(new Set(repeated).size).toBe(repeated.length);
  expect(repeated.every((key) => workers.keys.indexOf(key) < before)).toBe(true);
  const taken = { transactionId: { in: ids }, state: "TAKEN" as const };
  expect(await db.prisma.continuation.count({ where: taken })).toBe(TRANSACTIONS * STATUSES.length);
  expect(await db.prisma.job.count({ where: { cycleId: cycle.cycleId } })).toBe(0);
});
