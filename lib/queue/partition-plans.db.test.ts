import { afterAll, beforeAll, expect, test } from "vitest";
import { partitionName } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { acceptTransactions } from "./accept";
import { cancelTransaction, readCancelAsked } from "./cancel";
import { loadTransactions } from "./load";
import { makePartitions } from "./make-partitions";
import { answerReceipts } from "./receipts";
import { readReplies, readStatus } from "./replies";
import { searchReceipts } from "./search-receipts";
import { searchTransactions } from "./search-transactions";
import { type SettleEntry, settleTransactions } from "./settle";
import type { Db } from "./statement";

const DAY_MS = 86_400_000;
const someId = uuid7();

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await makePartitions(db.pool);
});
afterAll(() => db.close());

type Node = { "Node Type": string; "Relation Name"?: string; Plans?: Node[] };

const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];

/** The nodes of the plans of everything that `act` asks the database. Tables are too small here for costs to tell. */
async function plansOf(act: (db: Db) => Promise<unknown>): Promise<Node[]> {
  const client = await db.pool.connect();
  const nodes: Node[] = [];
  const query = async ({ text, values }: { text: string; values: unknown[] }) => {
    const { rows } = await client.query(`EXPLAIN (FORMAT JSON) ${text}`, values);
    nodes.push(...flat(rows[0]["QUERY PLAN"][0].Plan));
    return client.query(text, values);
  };
  await client.query("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off");
  await act({ query } as unknown as Db);
  client.release(true);
  return nodes;
}

const relations = (nodes: Node[]) => [...new Set(nodes.flatMap((node) => node["Relation Name"] ?? []))].sort();

/** A request of now, or of so many days ago, and the transaction made from it. */
async function accept(requestDays = 0) {
  const [transactionId, receiptId] = [uuid7(), firstUuid7At(new Date(Date.now() - requestDays * DAY_MS))];
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
  [
    "noting an answer",
    (on, { receiptId: id }) => answerReceipts(on, [{ id, status: 200, durationMs: 1, reason: null }]),
  ],
  ["cancelling", (on, { transactionId, accountId }) => cancelTransaction(on as never, { transactionId, accountId })],
  ["asking for cancelled ones", (on, { transactionId }) => readCancelAsked(on, [transactionId])],
])("%s reads the partitions of the transactions' day alone", async (_what, act) => {
  const ids = await accept();
  const today = new Date();
  const days = relations(await plansOf((on) => act(on, ids))).filter((name) => /_(\d{8}|default)$/.test(name));
  expect(days.length).toBeGreaterThan(0);
  // An hour before a transaction its request can have come: at the day's first hour that is another day.
  const own = [today, new Date(today.getTime() - 3_600_000)].flatMap((day) =>
    ["Transaction", "Checkpoint", "Receipt"].map((table) => partitionName(table, day)),
  );
  expect(days.filter((name) => !own.includes(name) && name !== "Checkpoint")).toEqual([]);
});

test.each<[string, (db: Db) => Promise<unknown>]>([
  ["transactions", (on) => searchTransactions(on, { accountId: someId, limit: 50 })],
  ["transactions of a cycle", (on) => searchTransactions(on, { accountId: someId, cycleId: someId, limit: 50 })],
  ["failed transactions", (on) => searchTransactions(on, { accountId: someId, state: "FAILED", limit: 50 })],
  ["a webhook's requests", (on) => searchReceipts(on, { webhookId: someId, limit: 50 })],
  ["refused requests", (on) => searchReceipts(on, { webhookId: someId, outcome: "NOT_ACTIVE", limit: 50 })],
])("a page of %s takes one day after the other", async (_what, act) => {
  const types = (await plansOf(act)).map((node) => node["Node Type"]);
  expect(types.slice(0, 2)).toEqual(["Limit", "Append"]);
  expect(types).not.toContain("Sort");
});

test("a page within a time reads the partitions of that time", async () => {
  const [from, to] = [new Date(Date.now() - 10 * DAY_MS), new Date(Date.now() - 9 * DAY_MS)];
  const nodes = await plansOf((on) => searchTransactions(on, { accountId: someId, from, to, limit: 50 }));
  expect(relations(nodes).length).toBeLessThanOrEqual(3);
});

test("a transaction is loaded with its request also when that came many days before", async () => {
  const [early, now] = [await accept(20), await accept()];
  const transactionIds = [early.transactionId, now.transactionId];
  const loaded = await loadTransactions(db.pool, { transactionIds, maxBytes: 1_000 });
  expect(loaded.map(({ id, request }) => [id, request?.query])).toEqual(transactionIds.map((id) => [id, "a=1"]));
});
