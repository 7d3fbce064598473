import type { Pool } from "pg";
import { expect, test } from "vitest";
import { compileVersion } from "./engine/compile";
import { Running } from "./run";
import type { Settler } from "./settler";
import { TestCaller } from "./testing";
import { oneCall } from "./testing-graphs";
import type { PreparedTransaction } from "./versions";

const job = { seq: 1, transactionId: "t", accountId: "a", cycleId: "c", lane: 1 as const, claim: 1, rescues: 0 };
const loaded = {
  id: "t",
  seq: 1,
  accountId: "a",
  cycleId: "c",
  versionId: "v",
  stepId: "trigger",
  synchronous: false,
  cancelAsked: false,
  responded: false,
  now: 0,
  startedAt: null,
  input: '{"body":1}',
  request: null,
  checkpoints: 0,
  summary: null,
  steps: [],
  waits: null,
  version: compileVersion(oneCall, "trigger"),
  secret: () => undefined,
} as unknown as PreparedTransaction;

test.each([
  [true, 1],
  [false, 0],
])("a worker that surely owns what it has in hand: %s; outside calls that it begins: %i", async (holds, calls) => {
  const caller = new TestCaller();
  const settler: Settler = {
    workerId: "w",
    holds: () => holds,
    insist: (act) => act(),
    idle: async () => {},
    settle: async () => ({ owned: holds, cancelAsked: false }),
  };
  const clock = { now: () => 0, random: () => 0 };
  await new Running(job, loaded, { pool: {} as Pool, clock, caller, settler, beforeWait: () => {} }).begin();
  expect(caller.calls.length).toBe(calls);
});
