import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer as createNetServer } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { field, graphOf } from "@/lib/core/testing";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { type TestCycle, TestWorld } from "./testing";
import { WorkerProcesses } from "./testing-processes";

const TRANSACTIONS = 80;

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
  settings: { method: "POST", url: `${workers.url}/${id}`, body: [field("n", "{{trigger.body}}")] },
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
  const first = workers.start();
  await expect.poll(() => workers.keys.length).toBeGreaterThan(TRANSACTIONS / 2);
  first.kill("SIGKILL");
  await workers.ended(first);
  const before = workers.keys.length;
  workers.start();
  await cycle.ended();

  const results = await Promise.all(ids.map((id) => cycle.result(id)));
  expect(results.map((result) => result.state)).toEqual(ids.map(() => "COMPLETED"));
  expect(results.map((result) => result.steps.map((step) => step.stepId).join(" "))).toEqual(
    ids.map(() => "trigger a b c"),
  );
  expect(new Set(workers.keys)).toEqual(new Set(ids.flatMap((id) => [`${id}-a-1`, `${id}-b-1`])));
  const repeated = workers.keys.filter((key, index) => workers.keys.indexOf(key) !== index);
  expect(repeated.length).toBeLessThanOrEqual(12);
  expect(new Set(repeated).size).toBe(repeated.length);
  expect(repeated.every((key) => workers.keys.indexOf(key) < before)).toBe(true);
});

test("a worker that is asked to end gives everything back and ends with code 0", async () => {
  const cycle = await world.cycle(graph(), { parallelLimit: 4 });
  const ids = await cycle.accept(...Array.from({ length: TRANSACTIONS }, (_, index) => index));
  const first = workers.start();
  await expect.poll(() => workers.keys.length).toBeGreaterThan(5);
  first.kill("SIGTERM");
  expect(await workers.ended(first)).toEqual([0, null]);
  expect((await db.pool.query(`SELECT DISTINCT status FROM "Job"`)).rows).toEqual([{ status: "READY" }]);
  expect((await db.pool.query(`SELECT id FROM "Worker" UNION SELECT "workerId" FROM "Grant"`)).rows).toEqual([]);
  workers.start();
  await cycle.ended();
  expect([...workers.keys].sort()).toEqual(ids.flatMap((id) => [`${id}-a-1`, `${id}-b-1`]).sort());
});

/** Longer than what is looked for in what is sent. */
const OVERLAP_BYTES = 200;

/** A way to the database that tells `onSent` of everything that is sent on it, to and fro, before it is passed on. */
async function listenedDatabase(listenTo: () => (sent: Buffer) => void) {
  const { hostname, port } = new URL(db.url);
  const server = createNetServer((client) => {
    const onSent = listenTo();
    const database = connect(Number(port), hostname);
    for (const end of [client, database]) {
      let before = Buffer.alloc(0); // what is looked for may come in two pieces
      end.on("data", (chunk) => {
        const sent = Buffer.concat([before, chunk]);
        before = sent.subarray(-OVERLAP_BYTES);
        onSent(sent);
      });
    }
    client.pipe(database).pipe(client);
    client.on("error", () => database.destroy());
    database.on("error", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = new URL(db.url);
  address.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: address.href, close: () => server.close() };
}

/** Starts workers, each when the one before has died, until a transaction has failed or six have died of it. Gives how many have died. */
async function deathsOf(poison: string, cycle: TestCycle, start: () => ChildProcess): Promise<number> {
  for (let deaths = 0; deaths < 6; deaths++) {
    const worker = start();
    let dead = false;
    worker.once("exit", () => {
      dead = true;
    });
    await expect.poll(async () => dead || (await cycle.state(poison)) === "FAILED").toBe(true);
    if (!dead) return deaths;
  }
  return 6;
}

test.each(["loaded", "compiled"])(
  "a transaction that its worker dies of each time it is %s is given up, those beside it are not",
  async (when) => {
    const beside = await world.cycle(graph(), { parallelLimit: 12 });
    const others = await beside.accept(...Array.from({ length: 20 }, (_, index) => index));
    const cycle = await world.cycle(graph());
    const [poison] = await cycle.accept("what is loaded");
    let worker: ChildProcess | undefined;
    const isDeadly = (sent: Buffer) =>
      when === "loaded"
        ? sent.includes("what is loaded")
        : sent.includes("load-versions") && sent.includes(cycle.versionId);
    const database = await listenedDatabase(() => {
      const connected = worker; // what the database still sends to a dead one harms no other
      return (sent) => isDeadly(sent) && connected?.kill("SIGKILL");
    });
    const deaths = await deathsOf(poison!, cycle, () => {
      worker = workers.start(database.url);
      return worker;
    });
    await beside.ended();
    database.close();
    expect(deaths).toBe(3);
    expect((await cycle.result(poison!)).error).toContain("ended three times");
    expect(await Promise.all(others.map((id) => beside.state(id)))).toEqual(others.map(() => "COMPLETED"));
  },
);

test("a transaction that its worker dies of each time is given up, those beside it are not", async () => {
  const cycle = await world.cycle(graph(), { parallelLimit: 12 });
  const [poison, ...others] = await cycle.accept(...Array.from({ length: TRANSACTIONS }, (_, index) => index));
  const deaths = await deathsOf(poison!, cycle, () => {
    const worker = workers.start();
    workers.onCall = (key) => key.startsWith(poison!) && worker.kill("SIGKILL");
    return worker;
  });
  await cycle.ended();
  expect(deaths).toBe(3);
  expect((await cycle.result(poison!)).error).toContain("ended three times");
  expect(await Promise.all(others.map((id) => cycle.state(id)))).toEqual(others.map(() => "COMPLETED"));
});
