import { afterAll, beforeAll, expect, test } from "vitest";
import { partitionName } from "@/lib/core/partition-days";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import type { ClaimedJob } from "./claim";
import { addContinuations } from "./continuation";
import { BY_INDEX } from "./in-transaction";
import { meetKeptRequests } from "./kept-requests";
import { loadContinuations } from "./load-continuations";
import { makePartitions } from "./make-partitions";
import { meetTransactions } from "./meet-transactions";
import { settleTransactions } from "./settle";
import type { Db } from "./statement";
import { A, entryOf } from "./testing";
import { plansOf } from "./testing-plans";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await makePartitions(db.pool);
});
afterAll(() => db.close());

const [accountId, cycleId, transactionId] = [uuid7(), uuid7(), uuid7()];
const place = { cycleId, stepId: "hook", value: "A-10" };

async function fill() {
  await db.pool.query(
    `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", state, "acceptedAt")
     VALUES ($1, 1, $2, $3, $3, 'trigger', 'HELD', now())`,
    [transactionId, accountId, cycleId],
  );
  await db.pool.query(
    `INSERT INTO "ReachedWebhook" ("transactionId", "stepId", "accountId", "cycleId", seq, value, held, since)
     VALUES ($1, 'hook', $2, $3, 1, $4, true, now())`,
    [transactionId, accountId, cycleId, place.value],
  );
  await db.pool.query(
    `INSERT INTO "KeptRequest" ("receiptId", "cycleId", "stepId", value, until)
     VALUES ($1, $2, 'hook', $3, now() + interval '1 hour')`,
    [uuid7(), cycleId, place.value],
  );
}

/** The nodes of the plans of everything that `act` asks the database, made when the tables were empty. */
async function emptyPlansOf(act: (on: Db) => Promise<unknown>) {
  const tables = ["Transaction", "Receipt", "Checkpoint"].map((name) => `"${partitionName(name, new Date())}"`);
  const emptied = `"Job", "ReachedWebhook", "Continuation", "KeptRequest", ${tables.join()}`;
  await db.pool.query(`TRUNCATE ${emptied}`);
  await db.pool.query(`VACUUM ANALYZE ${emptied}`);
  await fill();
  return plansOf(db.pool, act, BY_INDEX);
}

const loadNext = (on: Db) => loadContinuations(on, [transactionId]);

function settleTaken(on: Db) {
  const midCycle = { accountId, cycleId, taken: 1, known: 1, held: [], opened: [] };
  const job = { seq: 1, claim: 1, transactionId } as ClaimedJob;
  return settleTransactions(on, { workerId: A, entries: [entryOf(job, { kind: "completed" }, { midCycle })] });
}

test.each<[string, (on: Db) => Promise<unknown>]>([
  ["meeting transactions", (on) => meetTransactions(on, [{ ...place, count: 1 }], { waits: false })],
  ["meeting a transaction that is waited for", (on) => meetTransactions(on, [{ ...place, count: 1 }], { waits: true })],
  [
    "adding continuations",
    (on) =>
      addContinuations(on, { source: "REQUEST", createdBy: null }, [
        { transactionId, ...place, receiptId: uuid7(), input: null },
      ]),
  ],
  ["meeting kept requests", (on) => meetKeptRequests(on, [{ ...place, transactionId, seq: 1 }])],
  ["loading continuations", loadNext],
  ["settling what one was continued by", settleTaken],
])("%s looks rows up by their keys also by a plan made when the tables were empty", async (_what, act) => {
  const nodes = await emptyPlansOf(act);
  const names = /^(Job|Transaction|ReachedWebhook|Continuation|KeptRequest|Receipt)/;
  const scans = nodes.filter((node) => names.test(node["Relation Name"] ?? "") && node["Node Type"].includes("Scan"));
  expect(scans.length).toBeGreaterThan(0);
  expect(scans.filter((node) => node["Index Cond"] === undefined)).toEqual([]);
});

test("what a transaction was continued by is settled without a look at those before", async () => {
  const nodes = await emptyPlansOf(settleTaken);
  const scans = nodes.filter((node) => node["Relation Name"] === "Continuation" && node["Node Type"].includes("Scan"));
  expect(scans.map((node) => node["Index Cond"])).toEqual([
    expect.stringMatching(/"transactionId".*number >=.*number <=/),
  ]);
});
