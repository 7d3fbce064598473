import { afterAll, beforeAll, expect, test } from "vitest";
import { idsOfDay, partitionDays, partitionName } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { stayWithinDay, type TestDatabase, testDatabase } from "@/lib/db/testing";
import { acceptTransactions } from "./accept";
import { makePartitions } from "./make-partitions";
import { PARTITIONED_TABLES, readPartitions } from "./partitions";
import { searchTransactions } from "./search-transactions";

const DAY_MS = 86_400_000;

let db: TestDatabase;
let now: Date;
beforeAll(stayWithinDay, 100_000);
beforeAll(async () => {
  db = await testDatabase();
  now = (await readPartitions(db.pool)).now;
});
afterAll(() => db.close());

/** How many wait for the default partition. */
const WAITING = `SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND relation = '"Transaction_default"'::regclass`;

const accountId = uuid7();
const dayOf = (days: number) => new Date(now.getTime() + days * DAY_MS);
/** An id of the time that lies `days` after now. */
const idOf = (days: number) => firstUuid7At(dayOf(days)).slice(0, 13) + uuid7().slice(13);

async function insert(days: number): Promise<string> {
  const id = idOf(days);
  await db.pool.query(
    `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", "acceptedAt")
     VALUES ($1, 1, $2, $2, $2, 'start', now())`,
    [id, accountId],
  );
  return id;
}

const partitionOf = async (id: string) => {
  const text = `SELECT tableoid::regclass::text AS name FROM "Transaction" WHERE id = $1`;
  return (await db.pool.query<{ name: string }>(text, [id])).rows[0]?.name.replaceAll('"', "");
};
const dropDays = async (...days: number[]) => {
  for (const day of days) await db.pool.query(`DROP TABLE IF EXISTS "${partitionName("Transaction", dayOf(day))}"`);
};

test("every day that is kept, today and 8 days ahead get a partition of each table, and nothing is made twice", async () => {
  const made = await makePartitions(db.pool);
  const days = partitionDays(now);
  const expected = PARTITIONED_TABLES.flatMap((table) => days.map((day) => partitionName(table, day)));
  const { partitions } = await readPartitions(db.pool);
  expect(partitions.map(({ name }) => name).sort()).toEqual(expected.sort());
  expect(made.length).toBeGreaterThan(0);
  expect(await makePartitions(db.pool)).toEqual([]);
});

test("a row goes to the partition of its id's day", async () => {
  await makePartitions(db.pool);
  for (const days of [-31, -1, 0, 1, 8]) {
    expect(await partitionOf(await insert(days))).toBe(partitionName("Transaction", dayOf(days)));
  }
});

test("a partition has the table's indexes and checks", async () => {
  await makePartitions(db.pool);
  const { rows } = await db.pool.query<{ parent: number; child: number }>(
    `SELECT (SELECT count(*)::int FROM pg_index WHERE indrelid = '"Transaction"'::regclass) AS parent,
       (SELECT count(*)::int FROM pg_index WHERE indrelid = $1::regclass) AS child`,
    [`"${partitionName("Transaction", dayOf(5))}"`],
  );
  expect(rows[0]!.child).toBe(rows[0]!.parent);
  const id = await insert(5);
  await expect(db.pool.query(`UPDATE "Transaction" SET state = 'COMPLETED' WHERE id = $1`, [id])).rejects.toMatchObject(
    { constraint: "Transaction_ended_when_final" },
  );
});

test("a row whose day has no partition is stored all the same, and moved when it gets one", async () => {
  await makePartitions(db.pool);
  await dropDays(3);
  const [id, other] = [await insert(3), await insert(90)];
  expect(await partitionOf(id)).toBe("Transaction_default");
  expect(await makePartitions(db.pool)).toEqual([partitionName("Transaction", dayOf(3))]);
  expect(await partitionOf(id)).toBe(partitionName("Transaction", dayOf(3)));
  expect(await partitionOf(other)).toBe("Transaction_default");
});

test("two processes at once make each partition once", async () => {
  await dropDays(4, 6, 7);
  const made = await Promise.all([makePartitions(db.pool), makePartitions(db.pool), makePartitions(db.pool)]);
  expect(made.flat().sort()).toEqual([4, 6, 7].map((days) => partitionName("Transaction", dayOf(days))).sort());
});

test("inserts go on while partitions are made", async () => {
  await dropDays(1, 2);
  let isDone = false;
  const ids: string[] = [];
  const load = Array.from({ length: 4 }, async () => {
    while (!isDone || ids.length < 50) ids.push(await insert(ids.length % 3));
  });
  await makePartitions(db.pool);
  isDone = true;
  await Promise.all(load);
  const { rows } = await db.pool.query(`SELECT count(*)::int AS found FROM "Transaction" WHERE id = ANY ($1)`, [ids]);
  expect(rows[0].found).toBe(ids.length);
});

test("a row that is on its way while its partition is made is stored there", async () => {
  await makePartitions(db.pool);
  await dropDays(6);
  const transactionId = idOf(6);
  const ids = { accountId, cycleId: accountId, versionId: accountId, stepId: "start", transactionId, receiptId: null };
  const maker = await db.pool.connect();
  const { least, end } = idsOfDay(new Date(Math.floor(dayOf(6).getTime() / DAY_MS) * DAY_MS));
  const name = partitionName("Transaction", dayOf(6));
  await maker.query(`BEGIN; CREATE TABLE "${name}" (LIKE "Transaction" INCLUDING ALL);
    ALTER TABLE "Transaction" ATTACH PARTITION "${name}" FOR VALUES FROM ('${least}') TO ('${end}')`);
  const entry = { ...ids, lane: 1 as const, synchronous: false, statusToken: null, receipt: null, input: {} };
  const accepted = acceptTransactions(db.pool, [entry]);
  await expect.poll(async () => (await db.pool.query(WAITING)).rows[0].n).toBe(1);
  await maker.query("COMMIT");
  maker.release();
  await accepted;
  expect(await partitionOf(transactionId)).toBe(name);
});

test("waits for a table no longer than a moment, and makes the partition once it is free", async () => {
  await dropDays(2);
  const reader = await db.pool.connect();
  await reader.query(`BEGIN; SELECT FROM "Transaction_default" LIMIT 1`);
  const making = makePartitions(db.pool);
  await expect.poll(async () => (await db.pool.query(WAITING)).rows[0].n).toBe(1);
  await expect.poll(async () => (await db.pool.query(WAITING)).rows[0].n).toBe(0);
  expect(await partitionOf(await insert(0))).toBe(partitionName("Transaction", now));
  await reader.query("COMMIT");
  reader.release();
  expect(await making).toEqual([partitionName("Transaction", dayOf(2))]);
});

test("a page of a list goes over several days, newest first", async () => {
  await makePartitions(db.pool);
  const cycleId = uuid7();
  const ids = [await insert(-20), await insert(-2), await insert(-1), await insert(0)];
  await db.pool.query(`UPDATE "Transaction" SET "cycleId" = $1 WHERE id = ANY ($2)`, [cycleId, ids]);
  const first = await searchTransactions(db.pool, { accountId, cycleId, limit: 3 });
  const second = await searchTransactions(db.pool, { accountId, cycleId, limit: 3, before: first.next! });
  expect([...first.ids, ...second.ids]).toEqual(ids.reverse());
  expect(second.next).toBeNull();
});
