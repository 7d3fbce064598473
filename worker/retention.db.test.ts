import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { makePartitions } from "@/lib/queue/make-partitions";
import { addReceiptCounts } from "@/lib/queue/receipts";
import { addStoredBytes, readBytesOfWebhook, readStoredBytes } from "@/lib/queue/stored-bytes";
import { Retention } from "./retention";
import { EndedRemoval } from "./retention-ended";

const DAY_MS = 86_400_000;
const never = new AbortController().signal;

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await makePartitions(db.pool);
});
afterAll(() => db.close());

let accountId: string;
let retention: Retention;
beforeEach(async () => {
  await db.prisma.account.updateMany({ data: { retainCompletedDays: 31, retainFailedDays: 31 } });
  accountId = await account({ completed: 3, failed: 10 });
  retention = new Retention(db.pool);
});

async function account({ completed = 31, failed = 31 }) {
  const partner = await db.prisma.partner.create({ data: { name: "Partner" } });
  const data = { partnerId: partner.id, name: "A", retainCompletedDays: completed, retainFailedDays: failed };
  return (await db.prisma.account.create({ data })).id;
}

const before = (days: number) => new Date(Date.now() - days * DAY_MS);
const idBefore = (days: number) => firstUuid7At(before(days)).slice(0, 13) + uuid7().slice(13);

type Given = { accepted?: number; ended?: number; of?: string; replayOf?: { id: string; receiptId: string | null } };

/** A transaction with its request and a checkpoint; times are days ago. */
async function insert(state: string, { accepted, ended, of = accountId, replayOf }: Given = {}) {
  const id = idBefore(accepted ?? ended ?? 0);
  const receiptId = replayOf ? replayOf.receiptId : idBefore(accepted ?? ended ?? 0);
  await db.pool.query(
    `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", "receiptId", "replayOf", state, "acceptedAt", "endedAt")
     VALUES ($1, 1, $2, $2, $2, 'start', $3, $4, $5::"TransactionState", $6, $7)`,
    [
      id,
      of,
      receiptId,
      replayOf?.id,
      state,
      before(accepted ?? ended ?? 0),
      ended === undefined ? null : before(ended),
    ],
  );
  await db.pool.query(`INSERT INTO "Checkpoint" ("transactionId", number, steps, waits) VALUES ($1, 1, '[]', '[]')`, [
    id,
  ]);
  if (!replayOf) await insertReceipt(receiptId!, "ACCEPTED", id);
  return { id, receiptId };
}

async function insertReceipt(id: string, outcome: string, transactionId: string | null = null) {
  await db.pool.query(
    `INSERT INTO "Receipt" (id, identifier, "receivedAt", method, query, headers, "clientIp", "sizeBytes", outcome, "transactionId")
     VALUES ($1, 'i', now(), 'POST', '', '[]', '192.0.2.1', 0, $2::"ReceiptOutcome", $3)`,
    [id, outcome, transactionId],
  );
  await db.prisma.receiptAnswer.create({ data: { receiptId: id, status: 200, durationMs: 1 } });
  return id;
}

const roundIn = (minutes: number) => ({ db: db.pool, now: new Date(Date.now() + minutes * 60_000), signal: never });

const isThere = async (id: string) => (await db.prisma.transaction.count({ where: { id } })) === 1;
/** Whether a receipt is there, and what was noted of its answer with it. */
async function receiptIsThere(id: string): Promise<boolean> {
  const isThere = (await db.prisma.receipt.count({ where: { id } })) === 1;
  expect((await db.prisma.receiptAnswer.count({ where: { receiptId: id } })) === 1).toBe(isThere);
  return isThere;
}

test("ended transactions go when they are past their account's retention, with their requests and checkpoints", async () => {
  const { id, receiptId } = await insert("COMPLETED", { accepted: 6, ended: 3.1 });
  const kept = await insert("COMPLETED", { accepted: 6, ended: 2.9 });
  expect(await retention.round(never)).toMatchObject({ transactions: 1 });
  expect(await isThere(id)).toBe(false);
  expect(await receiptIsThere(receiptId!)).toBe(false);
  expect(await db.prisma.checkpoint.count({ where: { transactionId: id } })).toBe(0);
  expect(await isThere(kept.id)).toBe(true);
  expect(await receiptIsThere(kept.receiptId!)).toBe(true);
  expect(await db.prisma.checkpoint.count({ where: { transactionId: kept.id } })).toBe(1);
});

test.each(["FAILED", "CANCELLED", "DISCARDED"])("%s transactions have a retention of their own", async (state) => {
  const [old, young] = [await insert(state, { ended: 11 }), await insert(state, { ended: 9 })];
  await retention.round(never);
  expect([await isThere(old.id), await isThere(young.id)]).toEqual([false, true]);
});

test.each(["QUEUED", "RUNNING", "WAITING"])("%s transactions stay, however old", async (state) => {
  const { id } = await insert(state, { accepted: 25 });
  await retention.round(never);
  expect(await isThere(id)).toBe(true);
});

test("HELD transactions go like those that have completed, with what they were continued by", async () => {
  const [old, young] = [await insert("HELD", { accepted: 4 }), await insert("HELD", { accepted: 2 })];
  const continuedBy = await insertReceipt(idBefore(2), "ACCEPTED", old.id);
  for (const { id } of [old, young]) {
    const transactionId = id;
    const since = before(2);
    await db.prisma.reachedWebhook.create({
      data: { transactionId, stepId: "hook", accountId, cycleId: accountId, seq: 1, value: "A", held: true, since },
    });
    await db.prisma.continuation.create({
      data: {
        transactionId,
        number: 1,
        stepId: "hook",
        source: "REQUEST",
        receiptId: id === old.id ? continuedBy : null,
      },
    });
  }
  await retention.round(never);
  expect([await isThere(old.id), await isThere(young.id)]).toEqual([false, true]);
  expect(await receiptIsThere(continuedBy)).toBe(false);
  const left = [await db.prisma.reachedWebhook.findMany(), await db.prisma.continuation.findMany()];
  expect(left.map((rows) => rows.map(({ transactionId }) => transactionId))).toEqual([[young.id], [young.id]]);
});

test("with 0 days a HELD transaction has a day for its request to come", async () => {
  const of = await account({ completed: 0, failed: 0 });
  const [old, young] = [await insert("HELD", { accepted: 1.1, of }), await insert("HELD", { accepted: 0.9, of })];
  await retention.round(never);
  expect([await isThere(old.id), await isThere(young.id)]).toEqual([false, true]);
});

test("other accounts keep theirs", async () => {
  const of = await account({});
  const { id } = await insert("COMPLETED", { ended: 20, of });
  await retention.round(never);
  expect(await isThere(id)).toBe(true);
});

test("with 0 days what has ended is gone at the next round, once its caller had time to read the answer", async () => {
  const of = await account({ completed: 0, failed: 0 });
  const [ended, failed] = [
    await insert("COMPLETED", { ended: 0.001, of }),
    await insert("FAILED", { ended: 0.001, of }),
  ];
  const justNow = await insert("COMPLETED", { ended: 0, of });
  await retention.round(never);
  expect(await Promise.all([ended, failed, justNow].map(({ id }) => isThere(id)))).toEqual([false, false, true]);
});

test("what has ended since an earlier round goes in a later one", async () => {
  const { id } = await insert("WAITING", { accepted: 8 });
  const failed = await insert("FAILED", { accepted: 8, ended: 1 });
  await insert("COMPLETED", { accepted: 7, ended: 5 });
  expect(await retention.round(never)).toMatchObject({ transactions: 1 });
  await db.pool.query(`UPDATE "Transaction" SET state = 'COMPLETED', "endedAt" = $2 WHERE id = $1`, [id, before(4)]);
  expect(await retention.round(never)).toMatchObject({ transactions: 1 });
  expect([await isThere(id), await isThere(failed.id)]).toEqual([false, true]);
});

test("what has failed since an earlier round goes within an hour after it is past its retention", async () => {
  const { id } = await insert("WAITING", { accepted: 20 });
  const ended = new EndedRemoval();
  expect(await ended.remove(roundIn(0))).toEqual({ removed: 0, goesOn: false });
  await db.pool.query(`UPDATE "Transaction" SET state = 'FAILED', "endedAt" = $2 WHERE id = $1`, [id, before(11)]);
  await ended.remove(roundIn(1));
  expect(await ended.remove(roundIn(61))).toEqual({ removed: 1, goesOn: false });
  expect(await isThere(id)).toBe(false);
});

test("what came late from a clock that is behind goes within an hour", async () => {
  const of = await account({ completed: 0 });
  const ended = new EndedRemoval();
  await ended.remove(roundIn(0));
  const { id } = await insert("COMPLETED", { ended: 0.02, of });
  expect(await ended.remove(roundIn(1))).toMatchObject({ removed: 0 });
  expect(await ended.remove(roundIn(61))).toMatchObject({ removed: 1 });
  expect(await isThere(id)).toBe(false);
});

test("what has ended since goes too when too many had not ended to be remembered", async () => {
  const ids: string[] = [];
  for (const accepted of [9, 8, 7, 6]) ids.push((await insert("WAITING", { accepted })).id);
  const young = await insert("COMPLETED", { accepted: 5, ended: 1 });
  const ended = new EndedRemoval({ mostLingering: 2 });
  expect(await ended.remove(roundIn(0))).toMatchObject({ removed: 0 });
  await db.pool.query(`UPDATE "Transaction" SET state = 'COMPLETED', "endedAt" = $2 WHERE id = ANY ($1)`, [
    ids,
    before(4),
  ]);
  expect(await ended.remove(roundIn(1))).toMatchObject({ removed: 4 });
  expect(await isThere(young.id)).toBe(true);
});

test("an account that keeps all for a while and then less again is gone over anew", async () => {
  await retention.round(never);
  const [short, long] = [{ retainCompletedDays: 3 }, { retainCompletedDays: 31 }];
  await db.prisma.account.update({ where: { id: accountId }, data: long });
  await retention.round(never);
  const { id } = await insert("COMPLETED", { ended: 5 });
  await db.prisma.account.update({ where: { id: accountId }, data: short });
  await retention.round(never);
  expect(await isThere(id)).toBe(false);
});

test("a longer retention keeps what has not gone yet", async () => {
  const { id } = await insert("COMPLETED", { ended: 5 });
  await db.prisma.account.update({ where: { id: accountId }, data: { retainCompletedDays: 6 } });
  await retention.round(never);
  expect(await isThere(id)).toBe(true);
});

test("a replay goes by its own end, and leaves the original its request", async () => {
  const original = await insert("COMPLETED", { ended: 1 });
  const replay = await insert("COMPLETED", { ended: 4, replayOf: original });
  await retention.round(never);
  expect([await isThere(original.id), await isThere(replay.id)]).toEqual([true, false]);
  expect(await receiptIsThere(original.receiptId!)).toBe(true);
});

test("more than one part is removed in one round", async () => {
  await db.pool.query(
    `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", state, "acceptedAt", "endedAt")
     SELECT (left($1, 24) || lpad(to_hex(n), 12, '0'))::uuid, n, $2, $2, $2, 'start', 'COMPLETED', $3, $3
     FROM generate_series(1, 2500) AS n`,
    [idBefore(5), accountId, before(5)],
  );
  expect(await retention.round(never)).toMatchObject({ transactions: 2500 });
});

test("receipts of refused requests go after 7 days, those of accepted ones stay with their transactions", async () => {
  const [old, young] = [await insertReceipt(idBefore(7.1), "NOT_ACTIVE"), await insertReceipt(idBefore(6.9), "FOUND")];
  const accepted = await insert("COMPLETED", { ended: 20, of: await account({}) });
  expect(await retention.round(never)).toMatchObject({ refusedReceipts: 1 });
  const there = [old, young, accepted.receiptId!].map(receiptIsThere);
  expect(await Promise.all(there)).toEqual([false, true, true]);
});

test("the body of a request that was kept, and that no transaction met, is taken off what its webhook and account keep", async () => {
  const [receivedAt, webhookId] = [before(8), uuid7()];
  const [kept, refused] = [await insertReceipt(idBefore(8), "KEPT"), await insertReceipt(idBefore(8), "NOT_VERIFIED")];
  await db.pool.query(
    `UPDATE "Receipt" SET "accountId" = $1, "receivedAt" = $2, "webhookId" = $4, body = convert_to(repeat('x', 1000), 'UTF8')
     WHERE id = ANY ($3)`,
    [accountId, receivedAt, [kept, refused], webhookId],
  );
  const day = receivedAt.getTime() - (receivedAt.getTime() % DAY_MS);
  await addStoredBytes(db.pool, [
    { webhookId, accountId, day, bytes: 1_200 },
    { webhookId: uuid7(), accountId, day, bytes: 300 },
  ]);
  expect(await retention.round(never)).toMatchObject({ refusedReceipts: 2 });
  expect((await readStoredBytes(db.pool, [accountId])).get(accountId)).toBe(500);
  expect(await readBytesOfWebhook(db.pool, webhookId)).toBe(200);
});

test("counts of requests go after 31 days", async () => {
  const webhookId = uuid7();
  const hour = (days: number) => Math.floor(before(days).getTime() / 3_600_000) * 3_600_000;
  const row = { webhookId, outcome: "ACCEPTED" as const, count: 1, unrecorded: 0 };
  await addReceiptCounts(db.pool, [
    { ...row, hour: hour(30) },
    { ...row, hour: hour(32) },
  ]);
  expect(await retention.round(never)).toMatchObject({ receiptCounts: 1 });
  expect(await db.prisma.receiptCount.count({ where: { webhookId } })).toBe(1);
});

test("rows of no day go when the database accepted them more than 31 days ago", async () => {
  const of = await account({});
  const [old, young] = [
    await insert("COMPLETED", { accepted: 400, ended: 390, of }),
    await insert("COMPLETED", { accepted: 401, ended: 390, of }),
  ];
  await db.pool.query(`UPDATE "Transaction" SET "acceptedAt" = now() WHERE id = $1`, [young.id]);
  await retention.round(never);
  await retention.round(never);
  expect([await isThere(old.id), await receiptIsThere(old.receiptId!)]).toEqual([false, false]);
  expect([await isThere(young.id), await receiptIsThere(young.receiptId!)]).toEqual([true, true]);
});

test("one worker at a time does it, and a second one finds nothing left", async () => {
  await Promise.all([1, 2, 3].map(() => insert("COMPLETED", { ended: 5 })));
  const rounds = await Promise.all([retention.round(never), new Retention(db.pool).round(never)]);
  expect(rounds.reduce((sum, removed) => sum + (removed?.transactions ?? 0), 0)).toBe(3);
});

test("breaks off when the worker stops", async () => {
  const { id } = await insert("COMPLETED", { ended: 5 });
  await retention.round(AbortSignal.abort());
  expect(await isThere(id)).toBe(true);
});
