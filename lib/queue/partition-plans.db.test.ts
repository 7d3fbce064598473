import { afterAll, beforeAll, expect, test } from "vitest";
import { partitionName } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { PLANNING } from "@/lib/db/client";
import { uuid7 } from "@/lib/db/ids";
import { stayWithinDay, type TestDatabase, testDatabase } from "@/lib/db/testing";
import { acceptTransactions } from "./accept";
import { cancelWithJob, readCancelAsked } from "./cancel";
import { holdJobs } from "./hold-jobs";
import { loadTransactions } from "./load";
import { makePartitions } from "./make-partitions";
import { releaseJobs } from "./release";
import { readReplies, readStatus } from "./replies";
import { searchReceipts } from "./search-receipts";
import { searchTransactions } from "./search-transactions";
import { type SettleEntry, settleTransactions } from "./settle";
import type { Db } from "./statement";
import { type PlanNode, plansOf } from "./testing-plans";

const DAY_MS = 86_400_000;
const someId = uuid7();

let db: TestDatabase;
beforeAll(stayWithinDay, 100_000);
beforeAll(async () => {
  db = await testDatabase();
  await makePartitions(db.pool);
});
afterAll(() => db.close());

/** Tables are too small here for costs to tell. */
const BY_KEYS = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off";

const relations = (nodes: PlanNode[]) => [...new Set(nodes.flatMap((node) => node["Relation Name"] ?? []))].sort();

/** A request of now, or of so many milliseconds ago, and the transaction made from it. */
async function accept(requestedAgoMs = 0) {
  const [transactionId, receiptId] = [uuid7(), firstUuid7At(new Date(Date.now() - requestedAgoMs))];
  await db.pool.query(
    `INSERT INTO "Receipt" (id, identifier, "receivedAt", method, query, headers, "clientIp", "sizeBytes", body, outcome)
     VALUES ($1, 'i', now(), 'POST', 'a=1', '[]', '192.0.2.1', 2, '{}', 'ACCEPTED') ON CONFLICT DO NOTHING`,
    [receiptId],
  );
  const ids = { accountId: someId, cycleId: someId, versionId: someId, stepId: "start", transactionId, receiptId };
  const entry = { ...ids, lane: 1 as const, synchronous: false, statusToken: null, receipt: null };
  await acceptTransactions(db.pool, [entry]);
  return ids;
}

const settled = (transactionId: string) =>
  ({
    ...{ transactionId, seq: 1, claim: 1, job: "delete", state: "COMPLETED", runAt: null, error: null, response: null },
    ...{ startedAt: Date.now(), endedAt: Date.now(), errorStepId: null, tellDoors: false },
    checkpoint: { number: 1, steps: "[]", waits: "[]" },
  }) as unknown as SettleEntry;

test.each<[string, (db: Db, ids: Awaited<ReturnType<typeof accept>>) => Promise<unknown>]>([
  ["loading", (on, { transactionId }) => loadTransactions(on, { transactionIds: [transactionId], maxBytes: 1_000 })],
  [
    "settling",
    (on, { transactionId }) => settleTransactions(on, { workerId: someId, entries: [settled(transactionId)] }),
  ],
  ["reading replies", (on, { transactionId }) => readReplies(on, [transactionId])],
  ["reading a status", (on, { transactionId }) => readStatus(on, transactionId)],
  ["cancelling", (on, { transactionId, accountId }) => cancelWithJob(on, { transactionId, accountId })],
  ["asking for cancelled ones", (on, { transactionId }) => readCancelAsked(on, [transactionId])],
])("%s reads the partitions of the transactions' day alone", async (_what, act) => {
  const ids = await accept();
  const today = new Date();
  const days = relations(await plansOf(db.pool, (on) => act(on, ids), BY_KEYS)).filter((name) =>
    /_(\d{8}|default)$/.test(name),
  );
  expect(days.length).toBeGreaterThan(0);
  // An hour before a transaction its request can have come: at the day's first hour that is another day.
  const own = [today, new Date(today.getTime() - 3_600_000)].flatMap((day) =>
    ["Transaction", "Checkpoint", "Receipt"].map((table) => partitionName(table, day)),
  );
  expect(days.filter((name) => !own.includes(name) && name !== "Checkpoint")).toEqual([]);
});

test.each<[string, (db: Db, ids: Awaited<ReturnType<typeof accept>>) => Promise<unknown>]>([
  ["loading", (on, { transactionId }) => loadTransactions(on, { transactionIds: [transactionId], maxBytes: 1_000 })],
  [
    "settling",
    (on, { transactionId }) => settleTransactions(on, { workerId: someId, entries: [settled(transactionId)] }),
  ],
  ["releasing", (on) => releaseJobs(on, { workerId: someId, jobs: [{ seq: 1, claim: 1 }] })],
  [
    "holding",
    (on) => holdJobs(on, { workerId: someId, jobs: [{ seq: 1, claim: 1, accountId: someId, stepId: "start" }] }),
  ],
])("%s looks rows up by their keys also by a plan made when the tables were empty", async (_what, act) => {
  const ids = await accept();
  const tables = ["Transaction", "Receipt", "Checkpoint"].map((name) => `"${partitionName(name, new Date())}"`);
  await db.pool.query(`TRUNCATE "Job", ${tables.join()}`);
  await db.pool.query(`VACUUM ANALYZE "Job", ${tables.join()}`);
  const nodes = await plansOf(db.pool, (on) => act(on, ids), PLANNING["by-index"]);
  const read = nodes.filter((node) => /^(Job|Transaction|Receipt|Checkpoint)/.test(node["Relation Name"] ?? ""));
  const scans = read.filter((node) => node["Node Type"].includes("Scan"));
  expect(scans.length).toBeGreaterThan(0);
  expect(scans.filter((node) => node["Index Cond"] === undefined)).toEqual([]);
});

test.each<[string, (db: Db) => Promise<unknown>]>([
  ["transactions", (on) => searchTransactions(on, { accountId: someId, limit: 50 })],
  ["transactions of a cycle", (on) => searchTransactions(on, { accountId: someId, cycleId: someId, limit: 50 })],
  ["failed transactions", (on) => searchTransactions(on, { accountId: someId, state: "FAILED", limit: 50 })],
  ["a webhook's requests", (on) => searchReceipts(on, { webhookId: someId, limit: 50 })],
  ["refused requests", (on) => searchReceipts(on, { webhookId: someId, outcome: "NOT_ACTIVE", limit: 50 })],
])("a page of %s takes one day after the other", async (_what, act) => {
  const types = (await plansOf(db.pool, act, BY_KEYS)).map((node) => node["Node Type"]);
  expect(types.slice(0, 2)).toEqual(["Limit", "Append"]);
  expect(types).not.toContain("Sort");
});

test("a page within a time reads the partitions of that time", async () => {
  const [from, to] = [new Date(Date.now() - 10 * DAY_MS), new Date(Date.now() - 9 * DAY_MS)];
  const nodes = await plansOf(
    db.pool,
    (on) => searchTransactions(on, { accountId: someId, from, to, limit: 50 }),
    BY_KEYS,
  );
  expect(relations(nodes).length).toBeLessThanOrEqual(3);
});

test("a transaction is loaded with its request also when that came many days before, or has a later id", async () => {
  const transactionIds: string[] = [];
  for (const ago of [20 * DAY_MS, 0, -1_000]) transactionIds.push((await accept(ago)).transactionId);
  const loaded = await loadTransactions(db.pool, { transactionIds, maxBytes: 1_000 });
  expect(loaded.map(({ id, request }) => [id, request?.query])).toEqual(transactionIds.map((id) => [id, "a=1"]));
});

test("a transaction that completes stays in its page, and no index changes", async () => {
  const { rows: columns } = await db.pool.query<{ name: string }>(
    `SELECT DISTINCT attribute.attname AS name
     FROM pg_depend JOIN pg_class AS index ON index.oid = objid AND index.relkind IN ('i', 'I')
     JOIN pg_attribute AS attribute ON attribute.attrelid = refobjid AND attribute.attnum = refobjsubid
     WHERE refobjid = '"Transaction"'::regclass`,
  );
  const indexed = ["accountId", "cycleId", "ending", "id", "replayOf"];
  expect(columns.map(({ name }) => name).sort()).toEqual(indexed);
  const today = partitionName("Transaction", new Date());
  const { rows } = await db.pool.query(`SELECT reloptions FROM pg_class WHERE relname = $1`, [today]);
  expect(rows).toEqual([{ reloptions: ["fillfactor=60"] }]);
});
