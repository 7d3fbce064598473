import { afterAll, beforeAll, expect, test } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { createPublishedCycle, createWorld, type World } from "../testing";
import { getTransaction } from "../transactions/get";

let db: TestDatabase;
let world: World;

beforeAll(async () => {
  db = await testDatabase();
  world = await createWorld(db);
});
afterAll(() => db.close());

/** A transaction with as many checkpoints, each with one step, and with what those but the last have left. */
async function made(checkpoints: number): Promise<string> {
  const { cycleId, versionId } = await createPublishedCycle(world.builder);
  const id = uuid7();
  const times = { acceptedAt: new Date(), startedAt: new Date() };
  const ids = { id, seq: checkpoints, accountId: world.accountId, cycleId, versionId, stepId: "start" };
  await db.prisma.transaction.create({ data: { ...ids, ...times, state: "HELD" } });
  await db.pool.query(
    `INSERT INTO "Checkpoint" ("transactionId", number, steps, waits)
     SELECT $1::uuid, n, json_build_array(json_build_object('stepId', 'end', 'visit', n, 'outcome', 'done', 'exit', NULL,
       'startedAt', '2026-01-01T00:00:00.000Z', 'durationMs', 1)), '[]'::json
     FROM generate_series(1, $2::int) AS n
     UNION ALL SELECT $1, 1 - $2::int, '[]', '{"steps":[],"ready":[]}'`,
    [id, checkpoints],
  );
  await db.pool.query(
    `INSERT INTO "Continuation" ("transactionId", number, "stepId", source, state)
     SELECT $1, n, 'hook', 'REQUEST', 'TAKEN' FROM generate_series(1, $2::int) AS n`,
    [id, checkpoints],
  );
  return id;
}

const numbers = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

test.each([
  [3, numbers(1, 3), null, numbers(1, 3)],
  [600, numbers(1, 600), null, numbers(1, 600)],
  [601, [...numbers(1, 100), ...numbers(102, 601)], 100, numbers(1, 601)],
  [5_000, [...numbers(1, 100), ...numbers(4_501, 5_000)], 100, [...numbers(1, 100), ...numbers(4_001, 5_000)]],
])("of %i continuations the first and the newest are shown", async (count, visits, leftOutAt, continuations) => {
  const view = await getTransaction(world.viewer, await made(count));
  expect(view.steps.map(({ visit }) => visit)).toEqual(visits);
  expect(view.continuations.map(({ number }) => number)).toEqual(continuations);
  expect(view).toMatchObject({ leftOutAt, waits: [] });
});
