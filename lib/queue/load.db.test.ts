import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import type { TestCycle } from "@/worker/testing";
import { loadTransactions } from "./load";
import { A, entryOf, NOW, TestQueue } from "./testing";

let db: TestDatabase;
let queue: TestQueue;
let cycle: TestCycle;

beforeAll(async () => {
  db = await testDatabase();
  queue = new TestQueue(db);
});
beforeEach(async () => {
  cycle = await queue.begin();
});
afterAll(() => db.close());

describe("loading", () => {
  test("gives transactions in order, with their data and checkpoints", async () => {
    const ids = await cycle.accept({ n: 1 }, { n: 2 });
    const [first] = await queue.claim();
    const waits = '[{"stepId":"w"}]';
    await queue.settle(
      A,
      entryOf(first!, { kind: "checkpoint" }, { checkpoint: { number: 1, steps: "[1]", waits: "[]" } }),
    );
    await queue.settle(A, entryOf(first!, { kind: "checkpoint" }, { checkpoint: { number: 2, steps: "[2]", waits } }));
    const wanted = { transactionIds: [ids[1]!, "00000000-0000-0000-0000-000000000000", ids[0]!], maxBytes: 1_000 };
    const loaded = await loadTransactions(db.pool, wanted);
    expect(loaded).toMatchObject([
      {
        id: ids[1],
        input: '{"body":{"n":2},"query":{},"headers":{}}',
        startedAt: null,
        steps: [],
        waits: null,
        request: null,
      },
      { id: ids[0], startedAt: NOW, steps: ["[1]", "[2]"], waits },
    ]);
  });

  test("stops before it would take too much memory, but always gives one", async () => {
    const ids = await cycle.accept(1, 2, 3);
    for (const id of ids) {
      await db.pool.query(
        `WITH receipt AS (
          INSERT INTO "Receipt" (id, identifier, "receivedAt", method, query, headers, "clientIp", "sizeBytes", body, outcome)
          VALUES (gen_random_uuid(), 'x', now(), 'POST', 'a=1', '[["a","b"]]', '::1', 600, $2, 'ACCEPTED') RETURNING id
        ) UPDATE "Transaction" SET "receiptId" = receipt.id, input = NULL FROM receipt WHERE "Transaction".id = $1`,
        [id, Buffer.alloc(600, "x")],
      );
    }
    const load = (maxBytes: number) => loadTransactions(db.pool, { transactionIds: ids, maxBytes });
    expect([(await load(10)).length, (await load(1_300)).length, (await load(9_000)).length]).toEqual([1, 2, 3]);
    expect((await load(10))[0]?.request).toEqual({
      contentType: null,
      query: "a=1",
      headers: [["a", "b"]],
      body: Buffer.alloc(600, "x"),
    });
  });
});
