import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { readProcesses, readProcessSamples, thinProcessSamples } from "@/lib/queue/process-samples";
import { Figures } from "./figures";
import { createQueueReader } from "./queue-reader";
import { Sampler, type SamplerOptions } from "./sampler";
import { countRequest } from "./tallies";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const samplerOf = (wish: Partial<SamplerOptions> = {}) =>
  new Sampler({
    kind: "web",
    version: "1.0.0",
    pools: { pages: database.pool },
    queue: createQueueReader(database.pool),
    db: database.pool,
    ...wish,
  });
const all = { seconds: 90_000, stepSeconds: 1 };
/** The process of this id as it was seen. */
const seen = async (id: string) =>
  (await readProcesses(database.pool, { seconds: 60 })).processes.find((process) => process.id === id);
const ageAll = (table: "Process" | "ProcessSample", column: "lastSeenAt" | "at", by: string) =>
  database.pool.query(`UPDATE "${table}" SET "${column}" = "${column}" - $1::interval`, [by]);

describe("Sampler", () => {
  it("writes who runs, and what was done since the start", async () => {
    countRequest("ACCEPTED", 200);
    const sampler = samplerOf({ kind: "worker", worker: () => ({ slots: 8, slotsUsed: 3, hasLease: true }) });
    await sampler.sample();
    await sampler.stop();

    // It gives its last sample up to the database, and waits for that only a moment.
    await expect.poll(async () => (await seen(sampler.id))?.endedAt).toBeTruthy();
    const own = await seen(sampler.id);
    expect(own).toMatchObject({ kind: "WORKER", pid: process.pid, version: "1.0.0" });
    expect(own?.endedAt).toBeGreaterThan(own!.startedAt);
    const samples = (await readProcessSamples(database.pool, all)).filter(({ processId }) => processId === sampler.id);
    const figures = Figures.parse(JSON.parse(samples.at(-1)!.figures));
    expect(figures.requests.accepted).toBeGreaterThanOrEqual(1);
    expect(figures).toMatchObject({ slots: { used: 3, most: 8 }, hasLease: true });
    expect(figures.memoryBytes).toBeGreaterThan(1_000_000);
  });

  it("looks at the queue in one of several processes", async () => {
    await database.pool.query(`TRUNCATE "Process", "ProcessSample"`);
    const first = samplerOf();
    await first.sample();
    const second = samplerOf();
    for (const sampler of [second, first, second]) await sampler.sample();
    const withQueue = await database.pool.query<{ id: string }>(
      `SELECT DISTINCT "processId" AS id FROM "ProcessSample" WHERE figures->>'queue' IS NOT NULL`,
    );
    expect(withQueue.rows).toEqual([{ id: first.id }]);
    // The first one lives, and may be seen again meanwhile.
    const withoutFirst = async () => {
      await ageAll("Process", "lastSeenAt", "1 minute");
      await second.sample();
      const { rows } = await database.pool.query(
        `SELECT DISTINCT "processId" AS id FROM "ProcessSample" WHERE figures->>'queue' IS NOT NULL ORDER BY id`,
      );
      return rows;
    };
    await expect.poll(withoutFirst).toEqual([{ id: first.id }, { id: second.id }]);
    await Promise.all([first.stop(), second.stop()]);
  });

  it("goes on without a word while the database is away", async () => {
    const away = new pg.Pool({ connectionString: "postgresql://127.0.0.1:1/none" });
    const sampler = samplerOf({ db: away, queue: createQueueReader(away) });
    await expect(sampler.sample()).resolves.toBeUndefined();
    await sampler.stop();
  });
});

describe("samples", () => {
  it("thin out to one a minute after an hour, and are gone after a day with their process", async () => {
    await database.pool.query(`TRUNCATE "Process", "ProcessSample"`);
    const sampler = samplerOf();
    await sampler.stop();
    await database.pool.query(`TRUNCATE "ProcessSample"`);
    await database.pool.query(
      `INSERT INTO "ProcessSample" ("processId", at, "isMinute", figures)
       SELECT $1, date_trunc('minute', now()) - n * interval '10 seconds', n % 6 = 0, '{}' FROM generate_series(0, 11) n`,
      [sampler.id],
    );
    const count = async () => (await database.pool.query(`SELECT FROM "ProcessSample"`)).rowCount;
    await thinProcessSamples(database.pool);
    expect(await count()).toBe(12);
    await ageAll("ProcessSample", "at", "1 hour 2 minutes");
    await thinProcessSamples(database.pool);
    expect(await count()).toBe(2);
    await ageAll("ProcessSample", "at", "23 hours");
    await ageAll("Process", "lastSeenAt", "25 hours");
    await thinProcessSamples(database.pool);
    expect(await count()).toBe(0);
    expect((await database.pool.query(`SELECT FROM "Process"`)).rowCount).toBe(0);
  });

  it("are read as the newest of each stretch of time", async () => {
    const id = "00000000-0000-7000-8000-000000000001";
    await database.pool.query(
      `INSERT INTO "ProcessSample" ("processId", at, "isMinute", figures)
       SELECT $1, date_bin('1 minute', now(), to_timestamp(0)) - interval '5 minutes' + n * interval '10 seconds', true,
         json_build_object('claims', n) FROM generate_series(0, 11) n`,
      [id],
    );
    const samples = await readProcessSamples(database.pool, { seconds: 600, stepSeconds: 60 });
    expect(samples.map(({ figures }) => JSON.parse(figures).claims)).toEqual([5, 11]);
  });
});
