import type { Pool } from "pg";
import { expect, test } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { acceptTransactions } from "@/lib/queue/accept";
import { makePartitions } from "@/lib/queue/make-partitions";
import { TestCaller, testWorkers } from "./testing";

const DAYS = 10;
const DAY_MS = 86_400_000;

const setting = testWorkers();

/** The pool of the test, which keeps the names of the statements that run on it. */
function namingPool(names: Set<string>): Pool {
  const { pool } = setting.db;
  const query = (config: { name?: string }, ...rest: unknown[]) => {
    names.add(config.name ?? "");
    return (pool.query as (...given: unknown[]) => unknown)(config, ...rest);
  };
  return Object.assign(Object.create(pool), { query });
}

test("transactions of several days are loaded and settled by statements for each day", async () => {
  await makePartitions(setting.db.pool);
  const cycle = await setting.world.cycle(graphOf([{ id: "trigger", type: "webhook" }], []));
  const now = Date.now();
  const entries = Array.from({ length: 3 * DAYS }, (_, index) => ({
    transactionId: firstUuid7At(new Date(now - (index % DAYS) * DAY_MS)).slice(0, 13) + uuid7().slice(13),
    accountId: cycle.accountId,
    cycleId: cycle.cycleId,
    versionId: cycle.versionId,
    stepId: "trigger",
    lane: 1 as const,
    synchronous: false,
    statusToken: null,
    receipt: null,
    input: { body: index, query: {}, headers: {} },
  }));
  await acceptTransactions(setting.db.pool, entries);
  const names = new Set<string>();
  setting.workers.start(new TestCaller(), { pool: namingPool(names) });
  await cycle.ended();
  for (const { transactionId, input } of entries)
    expect(await cycle.result(transactionId)).toMatchObject({ state: "COMPLETED", input });
  expect([...names].filter((name) => /^(load|settle-[a-z-]+)$/.test(name))).toEqual([]);
  expect([...names].filter((name) => /^settle-ended \d+$/.test(name))).toHaveLength(DAYS);
});
