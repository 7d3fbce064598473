import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partitionName } from "@/lib/core/partition-days";
import { firstUuid7At, timeOfUuid7 } from "@/lib/core/uuid7-range";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { forgetMissingDays, runOnDay } from "./day-statement";
import { spanOf } from "./id-span";
import { makePartitions } from "./make-partitions";
import { arrayOf } from "./packed-rows";

const HOUR_MS = 3_600_000;
const noon = new Date(Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS + 12 * HOUR_MS);
const idAt = (hours: number) => firstUuid7At(new Date(noon.getTime() + hours * HOUR_MS));

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  forgetMissingDays();
});
afterAll(() => db.close());

const store = (id: string) =>
  db.pool.query(`INSERT INTO "Checkpoint" ("transactionId", number, steps, waits) VALUES ($1, 1, '[]', '[]')`, [id]);

/** Finds checkpoints, and gives the texts of the statements that were sent for it. */
async function find(...ids: string[]): Promise<{ found: number; asked: string[] }> {
  const asked: string[] = [];
  const recording = {
    query: (config: { text: string }) => {
      asked.push(config.text);
      return db.pool.query(config as never);
    },
  } as unknown as TestDatabase["pool"];
  const span = spanOf(ids);
  const rows = await runOnDay(recording, {
    name: "find-checkpoints",
    spans: [span],
    text: ({ table, between }) =>
      `SELECT FROM ${table("Checkpoint")} WHERE "transactionId" = ANY ($1::uuid[]) AND ${between('"transactionId"', "$2", "$3")}`,
    values: [arrayOf(ids), ...span],
    timeoutMs: 5_000,
  });
  return { found: rows.length, asked };
}

describe("a statement about rows of known ids", () => {
  test("names the partitions of the day that all of them are of", async () => {
    await store(idAt(1));
    await store(idAt(2));
    const { found, asked } = await find(idAt(1), idAt(2), idAt(3));
    expect(found).toBe(2);
    expect(asked).toEqual([expect.stringContaining(`FROM "${partitionName("Checkpoint", noon)}"`)]);
  });

  test("asks the whole table when they are of several days", async () => {
    await store(idAt(25));
    const { found, asked } = await find(idAt(1), idAt(25));
    expect(found).toBe(2);
    expect(asked).toEqual([expect.stringContaining('FROM "Checkpoint"')]);
  });

  test("finds rows of a day that has no partition, and knows that for a while", async () => {
    const later = idAt(24 * 20);
    await store(later);
    expect(await find(later)).toMatchObject({ found: 1, asked: [expect.anything(), expect.anything()] });
    expect(await find(later)).toMatchObject({ found: 1, asked: [expect.stringContaining('FROM "Checkpoint"')] });
  });

  test("names the partitions of a day as soon as this process has made them", async () => {
    const before = idAt(24 * -20);
    await store(before);
    expect(await find(before)).toMatchObject({ found: 1, asked: [expect.anything(), expect.anything()] });
    await makePartitions(db.pool);
    const made = partitionName("Checkpoint", new Date(timeOfUuid7(before)));
    expect(await find(before)).toEqual({ found: 1, asked: [expect.stringContaining(`FROM "${made}"`)] });
  });
});
