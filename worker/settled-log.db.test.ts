import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { type CapturedLog, captureLog } from "@/lib/testing-log";
import { TestCaller, TestWorkers, TestWorld } from "./testing";
import { call, pure, trigger } from "./testing-graphs";

let database: TestDatabase;
let world: TestWorld;
let workers: TestWorkers;
let captured: CapturedLog;
beforeAll(async () => {
  database = await testDatabase();
  world = new TestWorld(database);
  workers = new TestWorkers(database);
});
afterAll(() => database.close());
beforeEach(() => {
  captured = captureLog("debug");
});
afterEach(async () => {
  await workers.stop();
  captured.end();
});

const settled = (transaction: unknown) =>
  expect.poll(() => captured.lines.find((line) => line.msg === "settled" && line.transaction === transaction));

it("a transaction that completed is a line at debug with every id", async () => {
  const cycle = await world.cycle(pure);
  const [id] = await cycle.accept({ name: "not for the log" });
  workers.start();
  const { partnerId } = await database.prisma.account.findUniqueOrThrow({ where: { id: cycle.accountId } });
  await settled(id).toEqual({
    level: "debug",
    time: expect.any(String),
    partner: partnerId,
    account: cycle.accountId,
    cycle: cycle.cycleId,
    transaction: id,
    seq: expect.any(Number),
    attempt: 1,
    outcome: "completed",
    ms: expect.any(Number),
    msg: "settled",
  });
  expect(captured.text).not.toContain("not for the log");
});

it("one that failed is a line at info with the step and the error's code, not what was answered", async () => {
  const cycle = await world.cycle(graphOf([trigger, call("a")], ["trigger -> a"]));
  const [id] = await cycle.accept({ n: 1 });
  workers.start(new TestCaller(async () => ({ status: 400, body: { why: "not for the log" } })));
  await settled(id).toMatchObject({
    level: "info",
    outcome: "failed",
    step: "a",
    code: expect.stringMatching(/^[a-z_]+$/),
  });
  expect(captured.text).not.toContain("not for the log");
});
