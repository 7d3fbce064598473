import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { createPublishedCycle, createWorld, type World } from "../testing";
import { createCycle } from "./create";
import { deleteCycle } from "./delete";
import { finishCycle } from "./finish";
import { startCycle } from "./start";
import { stopCycle } from "./stop";

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
});
afterAll(() => database.close());

const setBack = (cycleId: string, hours: number) =>
  database.pool.query(`UPDATE "Cycle" SET "stoppedAt" = now() - $2 * interval '1 hour' WHERE id = $1`, [
    cycleId,
    hours,
  ]);

/** A transaction that waits, as the door leaves it. */
async function queue({ cycleId, versionId }: { cycleId: string; versionId: string }): Promise<string> {
  const { rows } = await database.pool.query<{ transactionId: string }>(
    `WITH begun AS (
       INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", "acceptedAt")
       VALUES (gen_random_uuid(), nextval('acceptance_seq'), $1, $2, $3, 'start', now()) RETURNING *
     )
     INSERT INTO "Job" (seq, "transactionId", "accountId", "cycleId", lane, "runAt")
     SELECT seq, id, "accountId", "cycleId", 1, now() FROM begun RETURNING "transactionId"`,
    [world.accountId, cycleId, versionId],
  );
  return rows[0]!.transactionId;
}
const transactionState = async (id: string) =>
  (await database.prisma.transaction.findUniqueOrThrow({ where: { id } })).state;

describe("startCycle", () => {
  it("publishes the draft when there is no version yet", async () => {
    const { cycleId } = await createPublishedCycle(world.builder);
    expect(await startCycle(world.builder, cycleId, { once: false })).toMatchObject({
      state: "running",
      publishedVersion: 1,
      unpublished: false,
    });
  });

  it("refuses an empty cycle with the list of what is missing", async () => {
    const { id } = await createCycle(world.builder, { name: "Nothing in it" });
    await expect(startCycle(world.builder, id, { once: false })).rejects.toMatchObject({
      code: "cycle_incomplete",
      extra: { problems: [{ severity: "error", message: expect.stringContaining("no trigger") }] },
    });
  });

  it("runs once when asked to", async () => {
    const { cycleId } = await createPublishedCycle(world.builder, undefined, { start: false });
    expect((await startCycle(world.builder, cycleId, { once: true })).state).toBe("running-once");
  });

  it("keeps what was queued less than 24 hours ago", async () => {
    const cycle = await createPublishedCycle(world.builder);
    await stopCycle(world.builder, cycle.cycleId);
    const transactionId = await queue(cycle);
    await setBack(cycle.cycleId, 23.99);
    expect((await startCycle(world.builder, cycle.cycleId, { once: false })).queued).toBe(1);
    expect(await transactionState(transactionId)).toBe("QUEUED");
  });

  it("discards what was queued when the stop is 24 hours old", async () => {
    const cycle = await createPublishedCycle(world.builder);
    await stopCycle(world.builder, cycle.cycleId);
    const transactionId = await queue(cycle);
    await setBack(cycle.cycleId, 24);
    expect((await startCycle(world.builder, cycle.cycleId, { once: false })).queued).toBe(0);
    expect(await transactionState(transactionId)).toBe("DISCARDED");
  });
});

describe("stopCycle", () => {
  it("stops a running cycle and says when its queue is discarded", async () => {
    const cycle = await createPublishedCycle(world.builder);
    await queue(cycle);
    const stopped = await stopCycle(world.builder, cycle.cycleId);
    expect(stopped).toMatchObject({ state: "stopped", queued: 1 });
    expect(Date.parse(stopped.discardsAt!) - Date.parse(stopped.stoppedAt!)).toBe(24 * 3_600_000);
  });

  it("keeps the time of the first stop", async () => {
    const { cycleId } = await createPublishedCycle(world.builder);
    await stopCycle(world.builder, cycleId);
    await setBack(cycleId, 5);
    const again = await stopCycle(world.builder, cycleId);
    expect(Date.now() - Date.parse(again.stoppedAt!)).toBeGreaterThan(4.9 * 3_600_000);
  });

  it("refuses a cycle that never ran", async () => {
    const { cycleId } = await createPublishedCycle(world.builder, undefined, { start: false });
    await expect(stopCycle(world.builder, cycleId)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("finishCycle", () => {
  it("stops at once when nothing is open", async () => {
    const { cycleId } = await createPublishedCycle(world.builder);
    expect((await finishCycle(world.builder, cycleId)).state).toBe("stopped");
  });

  it("waits for everything accepted so far, and no more", async () => {
    const cycle = await createPublishedCycle(world.builder);
    const transactionId = await queue(cycle);
    expect((await finishCycle(world.builder, cycle.cycleId)).state).toBe("finishing");
    await queue(cycle);
    const { finishSeq } = await database.prisma.cycle.findUniqueOrThrow({ where: { id: cycle.cycleId } });
    expect(finishSeq).toBe((await database.prisma.transaction.findUniqueOrThrow({ where: { id: transactionId } })).seq);
  });

  it("is taken back by a start", async () => {
    const cycle = await createPublishedCycle(world.builder);
    await queue(cycle);
    await finishCycle(world.builder, cycle.cycleId);
    expect((await startCycle(world.builder, cycle.cycleId, { once: false })).state).toBe("running");
  });

  it("refuses a stopped cycle", async () => {
    const { cycleId } = await createPublishedCycle(world.builder);
    await stopCycle(world.builder, cycleId);
    await expect(finishCycle(world.builder, cycleId)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("deleteCycle", () => {
  it("discards what is queued, and cancels what a worker has in hand", async () => {
    const cycle = await createPublishedCycle(world.builder);
    const [queued, inHand] = [await queue(cycle), await queue(cycle)];
    await database.prisma.job.updateMany({
      where: { transactionId: inHand },
      data: { status: "CLAIMED", lockedBy: "00000000-0000-7000-8000-000000000001" },
    });
    await deleteCycle(world.builder, cycle.cycleId);
    expect(await transactionState(queued)).toBe("DISCARDED");
    expect(await database.prisma.transaction.findUniqueOrThrow({ where: { id: inHand } })).toMatchObject({
      state: "QUEUED",
      cancelAsked: true,
    });
    expect(await database.prisma.job.findMany({ where: { cycleId: cycle.cycleId } })).toMatchObject([
      { transactionId: inHand },
    ]);
  });
});
