import { afterAll, beforeAll, expect, test } from "vitest";
import { partitionName } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { stayWithinDay, type TestDatabase, testDatabase } from "@/lib/db/testing";
import { dropPartitions } from "./drop-partitions";
import { makePartitions } from "./make-partitions";
import { PARTITIONED, PARTITIONED_TABLES, readPartitions } from "./partitions";

const DAY_MS = 86_400_000;

let db: TestDatabase;
let now: Date;
beforeAll(stayWithinDay, 100_000);
beforeAll(async () => {
  db = await testDatabase();
  await makePartitions(db.pool);
  now = (await readPartitions(db.pool)).now;
});
afterAll(() => db.close());

const dayOf = (days: number) => new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS + days * DAY_MS);
const namesOf = (days: number) => PARTITIONED_TABLES.map((table) => partitionName(table, dayOf(days))).sort();
const namesLeft = async () => (await readPartitions(db.pool)).partitions.map(({ name }) => name);

/** Makes the partitions of a day that lies far back, as they would be had Spoke run then. */
async function makeDay(days: number): Promise<void> {
  for (const table of PARTITIONED_TABLES) {
    await db.pool.query(
      `CREATE TABLE "${partitionName(table, dayOf(days))}" PARTITION OF "${table}"
       FOR VALUES FROM ('${firstUuid7At(dayOf(days))}') TO ('${firstUuid7At(dayOf(days + 1))}')`,
    );
  }
}

let seq = 0;

/** A transaction of that day that never ended, with its request, its checkpoint and its job. */
async function insert(days: number, acceptedDays = days): Promise<string> {
  const id = firstUuid7At(dayOf(days)).slice(0, 13) + uuid7().slice(13);
  const number = ++seq;
  await db.pool.query(
    `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", "receiptId", "acceptedAt")
     VALUES ($1, $2, $1, $1, $1, 'start', $1, $3)`,
    [id, number, dayOf(acceptedDays)],
  );
  await db.pool.query(
    `INSERT INTO "Job" (seq, "transactionId", "accountId", "cycleId", lane, status, "runAt") VALUES ($2, $1, $1, $1, 1, 'WAITING', now())`,
    [id, number],
  );
  await db.pool.query(`INSERT INTO "Checkpoint" ("transactionId", number, steps, waits) VALUES ($1, 1, '[]', '[]')`, [
    id,
  ]);
  await db.pool.query(
    `INSERT INTO "Receipt" (id, identifier, "receivedAt", method, query, headers, "clientIp", "sizeBytes", outcome)
     VALUES ($1, 'i', now(), 'POST', '', '[]', '192.0.2.1', 0, 'ACCEPTED')`,
    [id],
  );
  await db.pool.query(`INSERT INTO "ReceiptAnswer" ("receiptId", status, "durationMs") VALUES ($1, 200, 1)`, [id]);
  return id;
}

async function tablesWith(id: string): Promise<string[]> {
  const keys = { ...PARTITIONED, Job: "transactionId" };
  const held = Object.entries(keys).map(async ([table, key]) => {
    const { rowCount } = await db.pool.query(`SELECT FROM "${table}" WHERE "${key}" = $1`, [id]);
    return rowCount ? table : [];
  });
  return (await Promise.all(held)).flat().sort();
}

test("a day that lies more than 31 days back is dropped whole, with the jobs of what never ended", async () => {
  await makeDay(-33);
  const [old, kept] = [await insert(-33), await insert(-31)];
  for (const transactionId of [old, kept]) {
    const ids = { transactionId, accountId: old, cycleId: old };
    await db.prisma.reachedWebhook.create({
      data: { ...ids, stepId: "hook", seq: 1, value: "A", held: true, since: new Date() },
    });
    await db.prisma.continuation.create({ data: { transactionId, number: 1, stepId: "hook", source: "HAND" } });
  }
  expect((await dropPartitions(db.pool)).sort()).toEqual(namesOf(-33));
  expect(await db.prisma.reachedWebhook.findMany()).toMatchObject([{ transactionId: kept }]);
  expect(await db.prisma.continuation.findMany()).toMatchObject([{ transactionId: kept }]);
  expect(await tablesWith(old)).toEqual([]);
  expect(await tablesWith(kept)).toEqual(["Checkpoint", "Job", "Receipt", "ReceiptAnswer", "Transaction"]);
  expect(await namesLeft()).toEqual(expect.arrayContaining(namesOf(-31)));
  expect(await dropPartitions(db.pool)).toEqual([]);
});

test("a dropped day is not made again", async () => {
  await makeDay(-33);
  await dropPartitions(db.pool);
  await makePartitions(db.pool);
  expect((await namesLeft()).filter((name) => namesOf(-33).includes(name))).toEqual([]);
});

test("what was accepted within 31 days is kept, however old its id says it is", async () => {
  await makeDay(-40);
  const id = await insert(-40, -2);
  expect(await dropPartitions(db.pool)).toEqual([]);
  expect(await tablesWith(id)).toHaveLength(5);
  await db.pool.query(`UPDATE "Transaction" SET "acceptedAt" = $2 WHERE id = $1`, [id, dayOf(-40)]);
  expect((await dropPartitions(db.pool)).sort()).toEqual(namesOf(-40));
});

test("two processes at once drop each day once", async () => {
  await makeDay(-34);
  await makeDay(-35);
  const dropped = await Promise.all([dropPartitions(db.pool), dropPartitions(db.pool)]);
  expect(dropped.flat().sort()).toEqual([...namesOf(-34), ...namesOf(-35)].sort());
});

test("inserts and reads go on while a day is dropped", async () => {
  for (const days of [-36, -37, -38]) await makeDay(days);
  let isDone = false;
  const ids: string[] = [];
  const load = Array.from({ length: 4 }, async () => {
    while (!isDone || ids.length < 40) ids.push(await insert(0));
  });
  expect(await dropPartitions(db.pool)).toHaveLength(3 * PARTITIONED_TABLES.length);
  isDone = true;
  await Promise.all(load);
  const { rows } = await db.pool.query(`SELECT count(*)::int AS found FROM "Transaction" WHERE id = ANY ($1)`, [ids]);
  expect(rows[0].found).toBe(ids.length);
});

test("waits no longer than a moment for who uses the table, and tries again", async () => {
  await makeDay(-39);
  const reader = await db.pool.connect();
  await reader.query(`BEGIN; SELECT FROM "Transaction" LIMIT 1`);
  const dropping = dropPartitions(db.pool);
  const waiting = `SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND relation = '"Transaction"'::regclass`;
  await expect.poll(async () => (await db.pool.query(waiting)).rows[0].n).toBe(1);
  const inserted = await insert(0);
  expect(await tablesWith(inserted)).toHaveLength(5);
  expect(await namesLeft()).toEqual(expect.arrayContaining(namesOf(-39)));
  await reader.query("COMMIT");
  reader.release();
  expect((await dropping).sort()).toEqual(namesOf(-39));
});
