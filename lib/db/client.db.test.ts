import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getPool, getPrisma } from "./client";
import { type TestDatabase, testDatabase } from "./testing";

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

describe("testDatabase", () => {
  it("gives a database that no other one shares", async () => {
    const other = await testDatabase();
    await database.prisma.partner.create({ data: { name: "Contoso" } });
    expect(await other.prisma.partner.count()).toBe(0);
    await other.close();
  });
});
