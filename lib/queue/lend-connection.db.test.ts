import type { PoolClient } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase } from "@/lib/db/client";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { beyondMending, lendConnection } from "./lend-connection";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase({ maxConnections: 1 });
});
afterAll(() => db.close());

const pidOf = async (client: Pick<PoolClient, "query">) =>
  (await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows[0]!.pid;
const listeners = (client: PoolClient) => client.listenerCount("error");

test("a connection is given back as it was lent", async () => {
  const lent = await lendConnection(db.pool, async (client) => ({ client, during: listeners(client) }), beyondMending);
  expect([db.pool.totalCount, db.pool.idleCount]).toEqual([1, 1]);
  const again = await db.pool.connect();
  expect(again).toBe(lent.client);
  expect(listeners(again)).toBe(lent.during - 1);
  again.release();
});

test("one that is beyond mending is closed", async () => {
  const pid = await pidOf(db.pool);
  await expect(lendConnection(db.pool, (client) => client.query("SELECT 1 / 0"), beyondMending)).rejects.toThrow(
    "division by zero",
  );
  expect(await pidOf(db.pool)).not.toBe(pid);
});

test("one that is mended is given back", async () => {
  const pid = await pidOf(db.pool);
  const failed: unknown[] = [];
  const mend = (error: unknown) => {
    failed.push(error);
    return "ROLLBACK";
  };
  const error = await lendConnection(db.pool, (client) => client.query("BEGIN; SELECT 1 / 0"), mend).catch((e) => e);
  expect(error).toMatchObject({ message: "division by zero" });
  expect(failed).toEqual([error]);
  expect(await pidOf(db.pool)).toBe(pid);
});

test("one whose mending fails is closed, and the first error is told", async () => {
  const pid = await pidOf(db.pool);
  await expect(
    lendConnection(
      db.pool,
      () => Promise.reject(new Error("first")),
      () => "SELECT 1 / 0",
    ),
  ).rejects.toThrow("first");
  expect(await pidOf(db.pool)).not.toBe(pid);
});

test("one that is lost between two statements is closed, and not mended", async () => {
  const other = createDatabase({ url: db.url, maxConnections: 1 });
  let lost = 0;
  await expect(
    lendConnection(
      db.pool,
      async (client) => {
        lost = await pidOf(client);
        const ended = new Promise<void>((resolve) => client.once("end", resolve));
        await other.pool.query("SELECT pg_terminate_backend($1)", [lost]);
        await ended;
        throw new Error("first");
      },
      () => "ROLLBACK",
    ),
  ).rejects.toThrow("first");
  expect(await pidOf(db.pool)).not.toBe(lost);
  await other.pool.end();
});
