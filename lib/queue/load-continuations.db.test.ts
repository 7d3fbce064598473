import { afterAll, beforeAll, expect, test } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { loadContinuations } from "./load-continuations";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

/** A transaction with so many continuations, the first of which were taken and discarded in turns. */
async function continued({ count, gone }: { count: number; gone: number }) {
  const transactionId = uuid7();
  await db.pool.query(
    `INSERT INTO "Continuation" ("transactionId", number, "stepId", source, input, state)
     SELECT $1, n, 'hook', 'HAND', to_json(n),
       (CASE WHEN n > $3 THEN 'QUEUED' WHEN n % 2 = 0 THEN 'TAKEN' ELSE 'DISCARDED' END)::"ContinuationState"
     FROM generate_series(1, $2::int) AS n`,
    [transactionId, count, gone],
  );
  return { transactionId, count, gone };
}

test("the oldest that waits is next, however many there are and have gone by", async () => {
  const sizes = Array.from({ length: 9 }, (_, index) => index + 1);
  const given = await Promise.all(
    sizes.flatMap((count) => [0, ...sizes.slice(0, count)].map((gone) => continued({ count, gone }))),
  );
  const loaded = await loadContinuations(db.pool, [...given.map(({ transactionId }) => transactionId), uuid7()]);
  const next = (number: number) => ({ number, stepId: "hook", source: "HAND", input: String(number), request: null });
  expect(loaded).toEqual(
    new Map(
      given.map(({ transactionId, count, gone }) => [
        transactionId,
        { newest: count, ...(gone < count ? { next: next(gone + 1) } : {}) },
      ]),
    ),
  );
});
