import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { field, graphOf } from "@/lib/core/testing";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { TestWorld } from "./testing";
import { bodies } from "./testing-graphs";
import { testHolds } from "./testing-holds";
import { WorkerProcesses } from "./testing-processes";

let db: TestDatabase;
let workers: WorkerProcesses;

beforeAll(async () => {
  db = await testDatabase();
  workers = await WorkerProcesses.prepare(db);
});
afterEach(() => workers.reset());
afterAll(async () => {
  workers.close();
  await db.close();
});

test("a worker that is killed while it drains a hold leaves the rest to the next, which goes on in order", async () => {
  const { hold, drain, read, held } = testHolds(db);
  const call = {
    ...{ id: "call", type: "http-request" },
    settings: { method: "POST", url: workers.url, body: [field("n", "{{trigger.body}}")] },
  };
  const graph = graphOf([{ id: "trigger", type: "webhook" }, call], ["trigger -> call"]);
  const cycle = await new TestWorld(db).cycle(graph, { parallelLimit: 1 });
  const id = await hold(cycle);
  const ids = await cycle.accept(...bodies(100));
  const first = workers.start();
  await held(id).toBe(100);
  workers.onCall = () => first.kill("SIGKILL");
  await drain(cycle, id, 1);
  await workers.ended(first);
  workers.onCall = () => {};
  const left = await read(id);
  expect(left.endedAt).toBeNull();
  expect(left.held).toBeGreaterThan(0);

  await drain(cycle, id);
  workers.start();
  await cycle.ended();
  expect(await Promise.all(ids.map((one) => cycle.state(one)))).toEqual(ids.map(() => "COMPLETED"));
  expect([...new Set(workers.keys)]).toEqual(ids.map((one) => `${one}-call-1`));
  // Only what was under way when it was killed is asked again.
  expect(workers.keys.length).toBeLessThanOrEqual(101);
  await expect.poll(() => read(id)).toMatchObject({ released: 100, endedAt: expect.any(Date) });
});
