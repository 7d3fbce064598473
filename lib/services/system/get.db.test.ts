import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SystemView } from "@/lib/contracts/system";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { createQueueReader } from "@/lib/metrics/queue-reader";
import { Sampler } from "@/lib/metrics/sampler";
import { countRequest } from "@/lib/metrics/tallies";
import { authenticateKey } from "../api-keys/authenticate";
import { createApiKey } from "../api-keys/create";
import { createWorld, type World } from "../testing";
import { getSystem } from "./get";

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
});
beforeEach(() => database.pool.query(`TRUNCATE "Process", "ProcessSample"`));
afterAll(() => database.close());

const range = { range: "15m" } as const;

/** Puts a process that was seen `age` ago, with one sample of then. */
async function add({
  kind = "WEB",
  age = "0 s",
  figures = {},
}: {
  kind?: string;
  age?: string;
  figures?: object;
} = {}) {
  const id = randomUUID();
  await database.pool.query(
    `INSERT INTO "Process" (id, kind, host, pid, version, "startedAt", "lastSeenAt")
     VALUES ($1, $2::"ProcessKind", 'host', 7, '1.0.0', now() - interval '2 hours', now() - $3::interval)`,
    [id, kind, age],
  );
  await database.pool.query(
    `INSERT INTO "ProcessSample" ("processId", at, "isMinute", figures) VALUES ($1, now() - $2::interval, true, $3)`,
    [id, age, figures],
  );
  return id;
}

describe("getSystem", () => {
  it("is for partner admins, and for keys that stand for one", async () => {
    for (const ctx of [world.builder, world.viewer])
      await expect(getSystem(ctx, range)).rejects.toMatchObject({ code: "forbidden" });
    const keyOf = async (role: "partner-admin" | "builder", accountId: string | null) => {
      const { key } = await createApiKey(world.admin, { name: role, role, accountId });
      return (await authenticateKey({ db: database.prisma, pool: database.pool }, key))!.ctx;
    };
    await expect(getSystem(await keyOf("builder", null), range)).rejects.toMatchObject({ code: "forbidden" });
    await expect(getSystem(await keyOf("builder", world.accountId), range)).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await getSystem(await keyOf("partner-admin", null), range)).toMatchObject({ range: "15m" });
  });

  it("has nothing to draw on a fresh installation, and says that no worker runs", async () => {
    const system = await getSystem(world.admin, range);
    expect(SystemView.parse(system)).toEqual(system);
    expect(system.processes).toEqual([]);
    expect(system.charts.flatMap(({ series }) => series)).toEqual([]);
    expect(system.problems.map(({ code }) => code)).toEqual(["no-worker"]);
  });

  it("draws what processes have written of themselves", async () => {
    const sampler = new Sampler({
      kind: "web",
      version: "1.0.0",
      pools: { door: database.pool },
      queue: createQueueReader(database.pool),
      db: database.pool,
    });
    await sampler.sample();
    await database.pool.query(`UPDATE "ProcessSample" SET at = at - interval '20 seconds'`);
    countRequest("NOT_FOUND", 404);
    await sampler.sample();
    const system = await getSystem(world.admin, range);
    expect(system.processes).toMatchObject([{ id: sampler.id, kind: "web", silent: false, version: "1.0.0" }]);
    const lines = (id: string) => system.charts.find((chart) => chart.id === id)?.series ?? [];
    const notFound = lines("requests").find(({ key }) => key === "not-found");
    expect(notFound?.values.some((rate) => rate !== null && rate > 0)).toBe(true);
    expect(lines("memory").map(({ key }) => key)).toEqual([sampler.id]);
    expect(lines("queue-depth").map(({ key }) => key)).toEqual(["synchronous", "normal", "waiting"]);
    await sampler.stop();
  });

  it("marks processes that fell silent, and forgets them after an hour", async () => {
    const worker = await add({ kind: "WORKER", figures: { slots: { used: 2, most: 64 }, hasLease: false } });
    const silent = await add({ age: "2 minutes" });
    await add({ age: "61 minutes" });
    const { processes, problems } = await getSystem(world.admin, range);
    expect(processes.map((process) => [process.id, process.silent]).sort()).toEqual(
      [
        [worker, false],
        [silent, true],
      ].sort(),
    );
    expect(problems.map(({ code }) => code).sort()).toEqual(["no-lease", "process-silent"]);
  });

  it.each(["15m", "1h", "24h"] as const)("gives every line of %s as many values", async (wish) => {
    await add({ kind: "WORKER", age: "0 s", figures: { memoryBytes: 5, queue: null } });
    const { charts, from, now, stepSeconds } = await getSystem(world.admin, { range: wish });
    const lengths = new Set(charts.flatMap(({ series }) => series.map(({ values }) => values.length)));
    expect(lengths.size).toBe(1);
    const end = Date.parse(from) + [...lengths][0]! * stepSeconds * 1_000;
    expect(end).toBeGreaterThan(Date.parse(now));
    expect(end - stepSeconds * 1_000).toBeLessThanOrEqual(Date.parse(now));
  });
});
