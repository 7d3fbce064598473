import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { tendHolds } from "@/worker/tend-holds";
import { getAccount } from "../accounts/get";
import { updateAccount } from "../accounts/update";
import { deleteCycle } from "../cycles/delete";
import {
  acceptRequest,
  createPublishedCycle,
  createWorld,
  endTransaction,
  type MadeCycle,
  type World,
} from "../testing";
import { replayTransaction } from "../transactions/replay";
import { getWebhookLimits, setWebhookLimits } from "../webhooks/limits";
import { beginHold } from "./begin";
import { discardHeld } from "./discard";
import { drainHold } from "./drain";
import { getHold } from "./find";
import { listOpenHolds } from "./list";

let database: TestDatabase;
let world: World;
let cycle: MadeCycle;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  await database.pool.query(`TRUNCATE "Hold", "Job"`);
  world = await createWorld(database);
  cycle = await createPublishedCycle(world.builder);
});
afterAll(() => database.close());

const target = (stepId: string | null = null) => ({ accountId: world.accountId, cycleId: cycle.cycleId, stepId });
const tended = async (id: string) => {
  await tendHolds(database.pool);
  return getHold(world.viewer, id);
};

describe("holds", () => {
  it("say what is held, since when, by whom, and how many wait", async () => {
    const { id } = await beginHold(world.builder, target("start"));
    await acceptRequest(world.builder, cycle);
    const hold = await tended(id);
    expect(hold).toMatchObject({ held: 1, heldBy: "builder", draining: null, discarding: false, endedAt: null });
    expect(hold.cycle?.id).toBe(cycle.cycleId);
    expect(hold.webhook?.stepId).toBe("start");
    expect(await listOpenHolds(world.viewer, {})).toEqual([hold]);
    expect(await listOpenHolds(world.admin, { accountId: world.accountId })).toEqual([hold]);
  });

  it("of the same thing are one", async () => {
    const first = await beginHold(world.builder, target());
    expect((await beginHold(world.admin, target())).id).toBe(first.id);
    expect(await listOpenHolds(world.builder, {})).toHaveLength(1);
  });

  it("keep who drained them after their end", async () => {
    const { id } = await beginHold(world.builder, target());
    await drainHold(world.admin, id, { perSecond: null });
    expect(await tended(id)).toMatchObject({
      heldBy: "builder",
      draining: { by: "admin" },
      endedAt: expect.any(String),
    });
    await expect(drainHold(world.builder, id, { perSecond: 1 })).rejects.toMatchObject({ code: "conflict" });
    expect(await listOpenHolds(world.builder, {})).toEqual([]);
  });

  it("end with the cycle that they are on", async () => {
    const { id } = await beginHold(world.builder, target());
    const account = await beginHold(world.builder, { ...target(), cycleId: null });
    await acceptRequest(world.builder, cycle);
    await deleteCycle(world.builder, cycle.cycleId);
    expect(await getHold(world.viewer, id)).toMatchObject({ held: 0, endedAt: expect.any(String) });
    expect(await listOpenHolds(world.viewer, {})).toMatchObject([{ id: account.id }]);
  });

  it("discard only with the number that is held", async () => {
    const { id } = await beginHold(world.builder, target());
    await acceptRequest(world.builder, cycle);
    await acceptRequest(world.builder, cycle);
    const { held, throughSeq } = await tended(id);
    const wrong = { held: held + 1, throughSeq: throughSeq! };
    await expect(discardHeld(world.builder, id, wrong)).rejects.toMatchObject({ code: "conflict" });
    await discardHeld(world.builder, id, { held, throughSeq: throughSeq! });
    expect(await tended(id)).toMatchObject({ held: 0, discarded: 2, lastDiscard: { by: "builder" } });
    const where = { cycleId: cycle.cycleId, state: "DISCARDED" as const };
    expect(await database.prisma.transaction.count({ where })).toBe(2);
  });

  it("hold replays from the beginning", async () => {
    const { transactionId } = await acceptRequest(world.builder, cycle);
    await endTransaction(world.builder, transactionId);
    await beginHold(world.builder, target());
    await replayTransaction(world.builder, transactionId, {});
    expect(await database.prisma.job.findMany()).toMatchObject([{ status: "HELD", stepId: "start" }]);
  });

  it("are let be by viewers, and not known to other accounts", async () => {
    const { id } = await beginHold(world.builder, target());
    await expect(beginHold(world.viewer, target())).rejects.toMatchObject({ code: "forbidden" });
    await expect(drainHold(world.viewer, id, { perSecond: null })).rejects.toMatchObject({ code: "forbidden" });
    await expect(beginHold(world.stranger, target())).rejects.toMatchObject({ code: "not_found" });
    await expect(getHold(world.stranger, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(drainHold(world.stranger, id, { perSecond: null })).rejects.toMatchObject({ code: "not_found" });
    await expect(discardHeld(world.stranger, id, { held: 1, throughSeq: "1" })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await listOpenHolds(world.stranger, {})).toEqual([]);
  });

  it("are on what there is", async () => {
    await expect(beginHold(world.builder, target("end"))).rejects.toMatchObject({ code: "not_found" });
    await deleteCycle(world.builder, cycle.cycleId);
    await expect(beginHold(world.builder, target())).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("limits of a webhook", () => {
  const limits = { requestsPerSecond: 5, requestBurst: null };
  const place = () => ({ cycleId: cycle.cycleId, stepId: "start" });
  const kept = { storedBytesLimit: 2 ** 40, unfinishedLimit: 100_000 };

  it("are none until they are set, and stay where they are left out", async () => {
    const none = { requestsPerSecond: null, requestBurst: null, storedBytesLimit: null, unfinishedLimit: null };
    const get = () => getWebhookLimits(world.viewer, cycle.cycleId, "start");
    expect(await get()).toEqual({ ...none, storedBytes: 0 });
    await setWebhookLimits(world.builder, place(), { ...limits, ...kept });
    await setWebhookLimits(world.builder, place(), limits);
    expect(await get()).toEqual({ ...limits, ...kept, storedBytes: 0 });
    expect(await setWebhookLimits(world.builder, place(), none)).toEqual({ ...none, storedBytes: 0 });
  });

  it("are no number at once without a rate, of an account neither", async () => {
    const burst = { requestsPerSecond: null, requestBurst: 10 };
    await expect(setWebhookLimits(world.builder, place(), burst)).rejects.toMatchObject({ code: "invalid" });
    await updateAccount(world.admin, world.accountId, limits);
    await expect(updateAccount(world.admin, world.accountId, burst)).rejects.toMatchObject({ code: "invalid" });
    await updateAccount(world.admin, world.accountId, { requestBurst: 10 });
    await expect(updateAccount(world.admin, world.accountId, { requestsPerSecond: null })).rejects.toMatchObject({
      code: "invalid",
    });
    expect(await getAccount(world.admin, world.accountId)).toMatchObject({ requestsPerSecond: 5, requestBurst: 10 });
  });

  it("are set by no viewer and in no other account", async () => {
    await expect(setWebhookLimits(world.viewer, place(), limits)).rejects.toMatchObject({ code: "forbidden" });
    await expect(setWebhookLimits(world.stranger, place(), limits)).rejects.toMatchObject({ code: "not_found" });
    await expect(getWebhookLimits(world.stranger, cycle.cycleId, "start")).rejects.toMatchObject({ code: "not_found" });
  });
});
