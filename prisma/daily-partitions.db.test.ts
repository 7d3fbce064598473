import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { partitionName } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";

const PARTITIONS = "20261121233000_daily_partitions";
const DAY_MS = 86_400_000;
const NAME = "daily_partitions_test";

const migrations = join(import.meta.dirname, "migrations");
const names = readdirSync(migrations).filter((name) => /^\d/.test(name));

let admin: pg.Client;
let client: pg.Client;
let now: Date;
beforeAll(async () => {
  admin = new pg.Client({ connectionString: inject("clusterUrl") });
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${NAME}`);
  await admin.query(`CREATE DATABASE ${NAME}`);
  client = new pg.Client({
    connectionString: Object.assign(new URL(inject("clusterUrl")), { pathname: `/${NAME}` }).href,
  });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await admin.query(`DROP DATABASE ${NAME}`);
  await admin.end();
});

async function apply(wanted: (name: string) => boolean) {
  for (const name of names.filter(wanted))
    await client.query(readFileSync(join(migrations, name, "migration.sql"), "utf8"));
}

const daysAfter = (days: number) => new Date(now.getTime() + days * DAY_MS);
const idAt = (days: number) => firstUuid7At(daysAfter(days));

async function insert(days: number) {
  const id = idAt(days);
  await client.query(
    `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", "acceptedAt") VALUES ($1, 1, $1, $1, $1, 's', now())`,
    [id],
  );
  await client.query(`INSERT INTO "Checkpoint" ("transactionId", number, steps, waits) VALUES ($1, 1, '[]', '[]')`, [
    id,
  ]);
  await client.query(
    `INSERT INTO "Receipt" (id, identifier, "receivedAt", method, query, headers, "clientIp", "sizeBytes", outcome)
     VALUES ($1, 'i', now(), 'POST', '', '[]', '192.0.2.1', 0, 'ACCEPTED')`,
    [id],
  );
}

test("a database with rows keeps them all, each in the partition of its day", async () => {
  await apply((name) => name < PARTITIONS);
  await client.query("BEGIN"); // its clock stands still: no day ends before the migration has run
  now = (await client.query("SELECT now() AS now")).rows[0].now;
  const days = [-40, -1, 0, 2, 20];
  for (const day of days) await insert(day);
  await apply((name) => name === PARTITIONS);
  await client.query("COMMIT");
  await apply((name) => name > PARTITIONS);
  const before = partitionName("Table_before", daysAfter(1)).replace("Table", "");
  const places = [before, before, before, partitionName("", daysAfter(2)), "_default"];
  for (const [table, key] of [
    ["Transaction", "id"],
    ["Checkpoint", `"transactionId"`],
    ["Receipt", "id"],
  ]) {
    const { rows } = await client.query(
      `SELECT ${key} AS id, tableoid::regclass::text AS place FROM "${table}" ORDER BY ${key}`,
    );
    expect(rows).toEqual(days.map((day, index) => ({ id: idAt(day), place: `"${table}${places[index]}"` })));
  }
  await insert(1);
  const { rows } = await client.query(`SELECT tableoid::regclass::text AS place FROM "Receipt" WHERE id = $1`, [
    idAt(1),
  ]);
  expect(rows).toEqual([{ place: `"${partitionName("Receipt", daysAfter(1))}"` }]);
});

test("every partition has the indexes of its table, the old rows' too", async () => {
  const { rows } = await client.query(
    `SELECT parent.relname AS table, child.relname AS partition
     FROM pg_inherits JOIN pg_class AS parent ON parent.oid = inhparent JOIN pg_class AS child ON child.oid = inhrelid
     WHERE parent.relkind = 'p' AND (SELECT count(*) FROM pg_index WHERE indrelid = parent.oid)
       <> (SELECT count(*) FROM pg_index JOIN pg_inherits ON pg_inherits.inhrelid = indexrelid WHERE indrelid = child.oid)`,
  );
  expect(rows).toEqual([]);
});
