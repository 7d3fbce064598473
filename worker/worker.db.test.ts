import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { field, graphOf } from "@/lib/core/testing";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { TestCaller, TestWorld } from "./testing";
import { Worker } from "./worker";

let db: TestDatabase;
let world: TestWorld;
const workers: Worker[] = [];

beforeAll(async () => {
  db = await testDatabase();
  world = new TestWorld(db);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop({ graceMs: 0 })));
});
afterAll(() => db.close());

function startWorker(caller = new TestCaller(), slots = 16): Worker {
  const worker = new Worker({ pool: db.pool, caller, slots, listenUrl: db.url });
  workers.push(worker);
  worker.start();
  return worker;
}

test("runs an accepted request from its trigger to its end", async () => {
  const graph = graphOf(
    [
      { id: "trigger", type: "webhook" },
      { id: "fields", type: "set-fields", settings: { fields: [field("greeting", "Hello {{trigger.body.name}}")] } },
    ],
    ["trigger -> fields"],
  );
  const cycle = await world.cycle(graph);
  startWorker();
  const [id] = await cycle.accept({ name: "Ada" });
  await cycle.ended();
  const result = await cycle.result(id!);
  expect(result.state).toBe("COMPLETED");
  expect(result.step("fields")).toMatchObject({ outcome: "done", output: { greeting: "Hello Ada" } });
});
