import { type AddressInfo, createServer } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import type { WebhookAnswer } from "./answers";
import { createReadiness, type ReadinessOptions } from "./readiness";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const readiness = (wish: Partial<ReadinessOptions> = {}) =>
  createReadiness({ pool: database.pool, door: { healthy: () => true }, isStopping: () => false, ...wish });
const said = ({ status, headers, body }: WebhookAnswer) => ({
  status,
  retryAfter: new Map(headers).get("Retry-After"),
  ...(JSON.parse(body) as object),
});

describe("/readyz", () => {
  it("is 200 when requests can be served", async () => {
    expect(said(await readiness()())).toEqual({ status: 200, ready: true, notifications: "heard" });
  });

  it("is 503 while the process stops, so that load balancers send requests elsewhere", async () => {
    expect(said(await readiness({ isStopping: () => true })())).toMatchObject({
      status: 503,
      ready: false,
      check: "stopping",
      retryAfter: "5",
    });
  });

  it("is 200 while notifications are not heard: the door looks everything up then", async () => {
    const answer = await readiness({ door: { healthy: () => false } })();
    expect(said(answer)).toMatchObject({ status: 200, notifications: "polling" });
  });

  it("is 503 when the database can't be reached", async () => {
    const pool = new pg.Pool({ connectionString: "postgresql://127.0.0.1:1/none" });
    expect(said(await readiness({ pool })())).toMatchObject({
      status: 503,
      check: "database",
      problem: "The database does not answer.",
    });
  });

  it("is 503 when the database is silent", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const port = (silent.address() as AddressInfo).port;
    const pool = new pg.Pool({
      connectionString: `postgresql://127.0.0.1:${port}/none`,
      connectionTimeoutMillis: 3_000,
    });
    expect(said(await readiness({ pool })())).toMatchObject({ status: 503, check: "database" });
    await pool.end();
    silent.close();
  });

  it("asks the database once for all who ask at the same moment", async () => {
    let asked = 0;
    const pool = new pg.Pool({ connectionString: database.url });
    pool.on("acquire", () => void asked++);
    const ask = readiness({ pool });
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
    expect(asked).toBe(1);
    await pool.end();
  });

  it("is 503 when a migration is missing", async () => {
    await database.pool.query(`UPDATE "_prisma_migrations" SET finished_at = NULL`);
    expect(said(await readiness()())).toMatchObject({
      status: 503,
      check: "migrations",
      problem: "Migrations are missing. Run npm run migrate.",
    });
  });
});
