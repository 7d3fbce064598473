import { afterAll, beforeAll, expect, test } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { createDatabase } from "@/lib/db/client";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { TestWorld } from "@/worker/testing";
import { claimJobs } from "./claim";
import { registerWorker } from "./heartbeat";
import { A, claimOf } from "./testing";

const normal = graphOf([{ id: "trigger", type: "webhook" }], []);

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

test("a claim reads only what it needs of 200,000 jobs of 3,000 cycles, also by a plan made when there were few", async () => {
  // What these connections have counted is counted before the claims are: a closed one has told of everything.
  const making = createDatabase({ url: db.url, maxConnections: 2 });
  const world = new TestWorld({ ...db, ...making });
  const accountId = await world.account();
  const cycle = await world.cycle(normal, { accountId, parallelLimit: 1 });
  await registerWorker(making.pool, { workerId: A, host: "test", pid: 1 });
  const { pool } = createDatabase({ url: db.url, maxConnections: 1, planning: "by-index" });
  await cycle.accept(...Array.from({ length: 100 }, (_, index) => index));
  await making.pool.query("ANALYZE");
  await claimJobs(pool, claimOf());
  await making.pool.query(
    `WITH cycle AS (
      INSERT INTO "Cycle" (id, "accountId", name, state, draft, "updatedAt", "publishedVersionId")
      SELECT gen_random_uuid(), $1, 'Many ' || n, 'RUNNING', '{}', now(), NULL FROM generate_series(1, 3000) AS n RETURNING id
    ), numbered AS (SELECT array_agg(id) AS ids FROM cycle)
    INSERT INTO "Job" (seq, "transactionId", "accountId", "cycleId", lane, status, "runAt")
    SELECT nextval('acceptance_seq'), gen_random_uuid(), $1, CASE WHEN n <= 100000 THEN $2::uuid ELSE ids[1 + n % 3000] END,
      n % 2, (CASE WHEN n % 10 = 0 THEN 'WAITING' ELSE 'READY' END)::"JobStatus", now()
    FROM numbered, generate_series(1, 200000) AS n`,
    [accountId, cycle.cycleId],
  );
  await making.prisma.$disconnect();
  await making.pool.end();
  const read = async () => {
    const { rows } = await pool.query(
      `SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot(), seq_scan::int AS scans,
        (SELECT sum(idx_tup_read)::int FROM pg_stat_user_indexes WHERE relname = 'Job') AS entries
       FROM pg_stat_user_tables WHERE relname = 'Job'`,
    );
    return rows[0] as { scans: number; entries: number };
  };
  await read();
  const before = await read();
  for (let round = 0; round < 10; round++) await claimJobs(pool, claimOf());
  await read();
  const after = await read();
  await pool.end();
  expect(after.scans - before.scans).toBe(0);
  expect((after.entries - before.entries) / 10).toBeLessThan(20_000);
});
