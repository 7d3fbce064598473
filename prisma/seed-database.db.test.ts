import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { enterAccount } from "@/lib/services/accounts/enter";
import type { AccountContext } from "@/lib/services/context";
import { checkCycle } from "@/lib/services/cycles/check";
import { exportCycle } from "@/lib/services/cycles/export";
import { listCycles } from "@/lib/services/cycles/list";
import { listSamples } from "@/lib/services/samples/list";
import { loadSession } from "@/lib/services/sessions/load";
import { signIn } from "@/lib/services/sessions/sign-in";
import { type SeedResult, seedDatabase } from "./seed-database";

const options = { adminEmail: "Admin@Example.test", adminPassword: "a long password", withExamples: true };

let database: TestDatabase;
let result: SeedResult;
let demo: AccountContext;
beforeAll(async () => {
  database = await testDatabase();
  result = await seedDatabase(database, options);
  const databases = { db: database.prisma, pool: database.pool };
  const admin = await signIn(databases, { email: "admin@example.test", password: "a long password", clientIp: "::1" });
  const ctx = await loadSession(databases, { userId: admin.id, sessionVersion: admin.sessionVersion });
  demo = await enterAccount(ctx!, result.accountId!);
});
afterAll(() => database.close());

const listExamples = () => listCycles(demo, { state: "all" });

describe("seedDatabase", () => {
  it("draws and starts three cycles", async () => {
    expect(await listExamples()).toMatchObject([
      { name: "Customer lookup", state: "running", synchronous: true, publishedVersion: 1, unpublished: false },
      { name: "GitHub events", state: "running", synchronous: false, publishedVersion: 1, unpublished: false },
      { name: "Order intake", state: "running", synchronous: false, publishedVersion: 1, unpublished: false },
    ]);
    expect(result.orderIntakeUrl).toMatch(/\/api\/webhook\/[0-9A-Za-z]{22}$/);
  });

  it("leaves nothing to improve in them", async () => {
    const problems = await Promise.all((await listExamples()).map(({ id }) => checkCycle(demo, id)));
    expect(problems.flat()).toEqual([]);
  });

  it("gives every step data to map from", async () => {
    const [, , orderIntake] = await listExamples();
    const samples = new Map((await listSamples(demo, orderIntake!.id, {})).map(({ stepId, data }) => [stepId, data]));
    expect(samples.get("order")).toMatchObject({ body: { order: { id: "A-1001" } }, query: {}, headers: {} });
    expect(samples.get("invoice")).toMatchObject({
      number: "INV-A-1001",
      amount: { value: 249.9 },
      issuer: "Acme Ltd",
    });
  });

  it.each(["customer-lookup", "github-events", "order-intake"])(
    "keeps %s as the builder would export it",
    async (file) => {
      const text = readFileSync(`prisma/examples/${file}.json`, "utf8");
      const cycle = (await listExamples()).find(({ name }) => name === JSON.parse(text).name);
      expect((await exportCycle(demo, cycle!.id)).text).toBe(text);
    },
  );

  it("changes nothing the second time", async () => {
    const before = await listExamples();
    expect(await seedDatabase(database, { ...options, adminPassword: "another password" })).toEqual(result);
    expect(await listExamples()).toEqual(before);
    expect(await database.prisma.user.count()).toBe(1);
  });

  it("makes only a partner and its admin when asked for an empty start", async () => {
    const empty = await testDatabase();
    expect(await seedDatabase(empty, { ...options, withExamples: false })).toEqual({});
    expect([await empty.prisma.account.count(), await empty.prisma.user.count()]).toEqual([0, 1]);
    await empty.close();
  });
});
