import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { checkLedger } from "./harness/ledger.mjs";
import { problemsOf } from "./run-fault.mjs";

let db: TestDatabase;
const cycleId = uuid7();
const targets = [{ kind: "call", cycleId, path: "/", steps: ["hook", "call"] }];
const step = (stepId: string, output = {}) => ({ stepId, visit: 1, outcome: "done", output });
const whole = (call: number) => [step("hook"), step("call", { body: { call } })];

beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => db.pool.query(`TRUNCATE "Receipt", "Transaction", "Checkpoint", "Job", "Grant", "Worker"`));
afterAll(() => db.close());

/** Stores a transaction of the request `key`, as the door and a worker would. */
async function store(key: string, { id = uuid7(), state = "COMPLETED", steps = [] as object[][] } = {}) {
  const receiptId = uuid7();
  const ids = { accountId: cycleId, cycleId, versionId: cycleId };
  const times = { acceptedAt: new Date(), endedAt: state === "QUEUED" ? null : new Date() };
  await db.pool.query(
    `INSERT INTO "Receipt" (id, identifier, "receivedAt", method, query, headers, "clientIp", "sizeBytes", outcome, "transactionId")
     VALUES ($1, 'x', now(), 'POST', $2, '[]', '', 0, 'ACCEPTED', $3)`,
    [receiptId, key, id],
  );
  await db.prisma.transaction.create({
    data: { id, seq: 1, stepId: "hook", receiptId, state: state as "COMPLETED", ...ids, ...times },
  });
  for (const [index, stored] of steps.entries())
    await db.prisma.checkpoint.create({
      data: { transactionId: id, number: index + 1, steps: stored as never, waits: [] },
    });
  return id;
}

const answered = (key: string, id: string | undefined, status = 200) => ({
  key,
  id,
  status,
  kind: "call",
  at: 0,
  ms: 1,
});

function check(sent: object[], calls: Record<string, number[]>) {
  const stack = {
    workers: [],
    withConnection: (work: (client: unknown) => Promise<unknown>) =>
      db.pool.connect().then(async (client) => {
        try {
          return await work(client);
        } finally {
          client.release(true);
        }
      }),
  };
  const stub = { calls: new Map(Object.entries(calls)) };
  return checkLedger(stack as never, { sent, targets, stub } as never);
}

test("the ledger of a load that went well has nothing wrong", async () => {
  const [first, second] = [await store("n=1", { steps: [whole(1)] }), await store("n=2", { steps: [whole(3)] })];
  const calls = { [`${first}-call-1`]: [1, 2], [`${second}-call-1`]: [3] };
  const ledger = await check([answered("n=1", first), answered("n=2", undefined, 0)], calls);
  expect(ledger).toMatchObject({ sent: 2, accepted: 1, unanswered: 1, completed: 1, stored: 1, calls: 3, repeated: 1 });
  expect(problemsOf({ ...ledger, slots: 10 })).toEqual([]);
});

test.each<[string, () => Promise<[object[], Record<string, number[]>]>]>([
  ["lost: 1", async () => [[answered("n=1", uuid7())], {}]],
  [
    "doubled: 1",
    async () => {
      const [id, again] = [await store("n=1", { steps: [whole(1)] }), await store("n=1", { steps: [whole(2)] })];
      return [[answered("n=1", id)], { [`${id}-call-1`]: [1], [`${again}-call-1`]: [2] }];
    },
  ],
  ["unended: 1", async () => [[answered("n=1", await store("n=1", { state: "QUEUED" }))], {}]],
  ["failed: 1", async () => [[answered("n=1", await store("n=1", { state: "FAILED" }))], {}]],
  [
    "twice: 1",
    async () => {
      const id = await store("n=1", { steps: [whole(1), [step("call", { body: { call: 1 } })]] });
      return [[answered("n=1", id)], { [`${id}-call-1`]: [1] }];
    },
  ],
  ["missing: 1", async () => [[answered("n=1", await store("n=1", { steps: [[step("hook")]] }))], {}]],
  [
    "strangeKeys: 1",
    async () => {
      const id = await store("n=1", { steps: [whole(1)] });
      return [[answered("n=1", id)], { [`${id}-call-1`]: [1], [`${id}-call-2`]: [2] }];
    },
  ],
  [
    "strangeAnswers: 1",
    async () => {
      const id = await store("n=1", { steps: [whole(7)] });
      return [[answered("n=1", id)], { [`${id}-call-1`]: [1] }];
    },
  ],
  [
    "an outside call was made 3 times",
    async () => {
      const id = await store("n=1", { steps: [whole(1)] });
      return [[answered("n=1", id)], { [`${id}-call-1`]: [1, 2, 3] }];
    },
  ],
])("the ledger shows what went wrong: %s", async (problem, arrange) => {
  expect(problemsOf({ ...(await check(...(await arrange()))), slots: 10 })).toContain(problem);
});
