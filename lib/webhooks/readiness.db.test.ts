import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { createReadiness, type ReadinessOptions } from "./readiness";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const readiness = (wish: Partial<ReadinessOptions> = {}) =>
  createReadiness({ pool: database.pool, door: { healthy: () => true }, isStopping: () => false, ...wish })();

describe("/readyz", () => {
  it("is 200 when requests can be served", async () => {
    expect(await readiness()).toMatchObject({ status: 200, body: "Ready." });
  });

  it("is 503 while the process stops", async () => {
    expect(await readiness({ isStopping: () => true })).toMatchObject({ status: 503 });
  });

  it("is 503 while notifications are not heard", async () => {
    const answer = await readiness({ door: { healthy: () => false } });
    expect(answer).toMatchObject({ status: 503, body: "Notifications of the database are not heard." });
  });

  it("is 503 when the database does not answer", async () => {
    const pool = new pg.Pool({ connectionString: "postgresql://127.0.0.1:1/none" });
    expect(await readiness({ pool })).toMatchObject({ status: 503, body: "The database does not answer." });
  });

  it("is 503 when a migration is missing", async () => {
    await database.pool.query(`UPDATE "_prisma_migrations" SET finished_at = NULL`);
    expect(await readiness()).toMatchObject({ status: 503, body: "Migrations are missing. Run npm run migrate." });
  });
});
