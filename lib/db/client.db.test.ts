import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, getPool, getPrisma } from "./client";
import { type TestDatabase, testDatabase } from "./testing";
import { TestLink } from "./testing-link";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe("getPool and getPrisma", () => {
  it("share one database", async () => {
    const partner = await getPrisma().partner.create({ data: { name: "Northwind" } });
    const { rows } = await getPool().query(`SELECT name FROM "Partner" WHERE id = $1`, [partner.id]);
    expect(rows).toEqual([{ name: "Northwind" }]);
  });
});

describe("createDatabase", () => {
  it("gives up a connection whose answer never comes, and goes on with another", async () => {
    const link = await TestLink.open(database.url);
    const { pool, prisma } = createDatabase({ url: link.url, maxConnections: 1, answerMs: 200 });
    const backend = async () => (await pool.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows[0]!.pid;
    // A slow machine may take longer than that for an answer, too.
    let first = 0;
    await expect.poll(async () => (first = await backend())).toBeGreaterThan(0);
    link.cut();
    await expect(prisma.partner.count()).rejects.toThrow();
    link.mend();
    await expect.poll(backend).not.toBe(first);
    await pool.end();
    await link.close();
  });

  it("has the server roll back what a vanished process keeps locked", async () => {
    const { pool } = createDatabase({ url: database.url, maxConnections: 1, planning: "each-time" });
    const { rows } = await pool.query(
      `SELECT name, setting FROM pg_settings
       WHERE name IN ('idle_in_transaction_session_timeout', 'tcp_keepalives_idle', 'plan_cache_mode') ORDER BY name`,
    );
    expect(rows).toEqual([
      { name: "idle_in_transaction_session_timeout", setting: "30000" },
      { name: "plan_cache_mode", setting: "force_custom_plan" },
      { name: "tcp_keepalives_idle", setting: "10" },
    ]);
    await pool.end();
  });
});

describe("testDatabase", () => {
  it("gives a database that no other one shares", async () => {
    const other = await testDatabase();
    await database.prisma.partner.create({ data: { name: "Contoso" } });
    expect(await other.prisma.partner.count()).toBe(0);
    await other.close();
  });
});
