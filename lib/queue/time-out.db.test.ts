import { beforeEach, expect, test } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { testWorkers } from "@/worker/testing";
import { timeOutHeld } from "./time-out";

const { db } = testWorkers();
const [accountId, cycleId, versionId] = [uuid7(), uuid7(), uuid7()];
let seq = 0;

beforeEach(() => db.pool.query(`TRUNCATE "ReachedWebhook", "Continuation"`));

/** Transactions that are held at these steps, whose time there is over. */
async function hold(count: number, ...stepIds: string[]): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuid7());
  await db.pool.query(
    `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", state, "acceptedAt", "startedAt")
     SELECT id, $2 + n, $3, $4, $5, 'trigger', 'HELD', now(), now() FROM unnest($1::uuid[]) WITH ORDINALITY AS held(id, n)`,
    [ids, seq, accountId, cycleId, versionId],
  );
  await db.pool.query(
    `INSERT INTO "ReachedWebhook" ("transactionId", "stepId", "accountId", "cycleId", seq, value, held, since, until)
     SELECT id, step, $3, $4, $2 + n, 'A-10', true, now(), now() - interval '1 second'
     FROM unnest($1::uuid[]) WITH ORDINALITY AS held(id, n), unnest($5::text[]) AS step`,
    [ids, seq, accountId, cycleId, stepIds],
  );
  seq += count;
  return ids;
}

const jobOf = (transactionId: string) => db.prisma.job.findFirst({ where: { transactionId } });
const timedOut = async (transactionId: string) => {
  const rows = await db.prisma.continuation.findMany({ where: { transactionId }, orderBy: { number: "asc" } });
  return rows.map(({ number, stepId, source }) => [number, stepId, source]);
};

test("many go on at once, each once, and one that is held at two webhooks from both", async () => {
  const [ids, [both]] = [await hold(150, "hook"), await hold(1, "hook", "other")];
  expect(await timeOutHeld(db.pool)).toEqual({ timedOut: 152, nextInMs: null });
  expect(await timeOutHeld(db.pool)).toEqual({ timedOut: 0, nextInMs: null });
  for (const id of ids) expect(await timedOut(id)).toEqual([[1, "hook", "TIMEOUT"]]);
  expect((await timedOut(both!)).map(([number]) => number)).toEqual([1, 2]);
  expect(await jobOf(both!)).toMatchObject({ status: "READY", continuations: 2 });
  expect(await db.prisma.transaction.count({ where: { id: { in: ids }, state: "QUEUED" } })).toBe(150);
});

test("one that is gone holds up no other, and leaves no job", async () => {
  const ids = await hold(3, "hook");
  await db.prisma.transaction.deleteMany({ where: { id: ids[1]! } });
  expect(await timeOutHeld(db.pool)).toMatchObject({ timedOut: 2 });
  expect(await Promise.all(ids.map(async (id) => (await jobOf(id))?.continuations))).toEqual([1, undefined, 1]);
});

test("one whose job another has in hand is waited for alone, after all others", async () => {
  const [busy, free] = await hold(2, "hook");
  await db.pool.query(
    `INSERT INTO "Job" ("accountId", "cycleId", lane, seq, "transactionId", "runAt", "stepId", status)
     SELECT "accountId", "cycleId", 1, seq, id, now() + interval '1 hour', 'trigger', 'WAITING' FROM "Transaction" WHERE id = $1`,
    [busy],
  );
  const client = await db.pool.connect();
  await client.query("BEGIN");
  await client.query(`SELECT FROM "Job" WHERE "transactionId" = $1 FOR UPDATE`, [busy]);
  const timingOut = timeOutHeld(db.pool);
  await db.waiting(client);
  expect(await timedOut(free!)).toHaveLength(1);
  expect(await timedOut(busy!)).toHaveLength(0);
  await client.query("COMMIT");
  client.release();
  expect(await timingOut).toMatchObject({ timedOut: 2 });
  expect(await jobOf(busy!)).toMatchObject({ status: "READY", continuations: 1 });
});
