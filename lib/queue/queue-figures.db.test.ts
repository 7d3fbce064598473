import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { makeWebhook } from "@/lib/webhooks/testing";
import { readQueueFigures } from "./queue-figures";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(() => database.pool.query(`TRUNCATE "Job"`));
afterAll(() => database.close());

type Jobs = {
  cycleId: string;
  lane?: 0 | 1;
  status?: "READY" | "WAITING" | "CLAIMED" | "HELD";
  count?: number;
  age?: string;
};

/** Puts jobs at the end of the queue. */
const add = ({ cycleId, lane = 1, status = "READY", count = 1, age = "0 seconds" }: Jobs) =>
  database.pool.query(
    `INSERT INTO "Job" (seq, "transactionId", "accountId", "cycleId", "stepId", lane, "runAt", status, "lockedBy")
     SELECT n + (SELECT coalesce(max(seq), 0) FROM "Job"), gen_random_uuid(), gen_random_uuid(), $1, 'hook', $2,
       now() - $4::interval, $3::"JobStatus", CASE WHEN $3 = 'CLAIMED' THEN gen_random_uuid() END
     FROM generate_series(1, $5) n`,
    [cycleId, lane, status, age, count],
  );

test("an empty queue has nothing in it", async () => {
  const lane = { ready: 0, oldestSeconds: 0 };
  expect(await readQueueFigures(database.pool)).toEqual({
    synchronous: lane,
    normal: lane,
    claimed: 0,
    waiting: 0,
    stopped: 0,
    held: 0,
  });
});

test("counts jobs by lane and state, and knows the oldest that may run", async () => {
  const [running, other] = [await makeWebhook(database.pool), await makeWebhook(database.pool)];
  const stopped = await makeWebhook(database.pool, { state: "STOPPED", stoppedAt: new Date() });
  await add({ cycleId: stopped.cycleId, count: 4, age: "2 hours" });
  await add({ cycleId: running.cycleId, count: 3, age: "1 minute" });
  await add({ cycleId: other.cycleId, count: 2, age: "5 minutes" });
  await add({ cycleId: other.cycleId, lane: 0, age: "10 seconds" });
  await add({ cycleId: running.cycleId, status: "WAITING", count: 5 });
  await add({ cycleId: running.cycleId, status: "CLAIMED", count: 6 });
  await add({ cycleId: other.cycleId, status: "HELD", count: 7, age: "1 hour" });
  const { synchronous, normal, ...others } = await readQueueFigures(database.pool);
  expect(others).toEqual({ claimed: 6, waiting: 5, stopped: 4, held: 7 });
  expect([synchronous.ready, normal.ready]).toEqual([1, 5]);
  expect(normal.oldestSeconds).toBeGreaterThanOrEqual(300);
  expect(normal.oldestSeconds).toBeLessThan(400);
  expect(synchronous.oldestSeconds).toBeGreaterThanOrEqual(10);
  expect(synchronous.oldestSeconds).toBeLessThan(100);
});

test("sees that an old job waits behind one that has just become ready", async () => {
  const { cycleId } = await makeWebhook(database.pool);
  await add({ cycleId });
  await add({ cycleId, age: "3 minutes" });
  expect((await readQueueFigures(database.pool)).normal.oldestSeconds).toBeGreaterThan(179);
});

test("estimates a long queue instead of walking through it", async () => {
  const { cycleId } = await makeWebhook(database.pool);
  await add({ cycleId, count: 60_000 });
  await add({ cycleId, lane: 0, count: 20_000 });
  await add({ cycleId, status: "HELD", count: 30_000 });
  const texts: string[] = [];
  const db = {
    query: (config: { text: string }) => {
      texts.push(config.text);
      return database.pool.query(config as never);
    },
  } as never;
  const { synchronous, normal, held } = await readQueueFigures(db);
  expect(Math.abs(normal.ready - 60_000)).toBeLessThan(20_000);
  expect(Math.abs(synchronous.ready - 20_000)).toBeLessThan(15_000);
  expect(Math.abs(held - 30_000)).toBeLessThan(15_000);
  await database.pool.query(`VACUUM ANALYZE "Job"`);
  for (const text of texts) {
    const { rows } = await database.pool.query(`EXPLAIN ${text}`);
    const plan = rows.map((row) => Object.values(row)[0]).join("\n");
    expect(plan).not.toMatch(/(Seq|Bitmap Heap) Scan on "Job"/);
  }
  expect(texts).toHaveLength(2);
});
