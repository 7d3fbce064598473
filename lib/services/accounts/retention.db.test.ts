import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { UpdateAccountInput } from "@/lib/contracts/accounts";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { getReceipt } from "../receipts/get";
import { acceptRequest, createPublishedCycle, createWorld, endTransaction, type World } from "../testing";
import { getTransaction } from "../transactions/get";
import { replayTransaction } from "../transactions/replay";
import { getAccount } from "./get";
import { updateAccount } from "./update";

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  world = await createWorld(database);
});
afterAll(() => database.close());

describe("updateAccount", () => {
  it("sets how long ended transactions are kept, and leaves the rest", async () => {
    const { name, parallelLimit } = await getAccount(world.admin, world.accountId);
    const wish = { retainCompletedDays: 3, retainFailedDays: 0 };
    expect(await updateAccount(world.admin, world.accountId, wish)).toMatchObject({ name, parallelLimit, ...wish });
  });

  it("keeps everything 31 days until it is told otherwise", async () => {
    expect(await getAccount(world.viewer, world.accountId)).toMatchObject({
      retainCompletedDays: 31,
      retainFailedDays: 31,
    });
  });

  it.each(["builder", "viewer", "stranger"] as const)("lets no %s change it", async (who) => {
    await expect(updateAccount(world[who], world.accountId, { retainCompletedDays: 0 })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect((await getAccount(world.admin, world.accountId)).retainCompletedDays).toBe(31);
  });

  it("finds no account of another partner", async () => {
    const other = await createWorld(database);
    await expect(updateAccount(other.admin, world.accountId, { retainFailedDays: 0 })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it.each([-1, 32, 1.5])("takes no %s days", (days) => {
    expect(UpdateAccountInput.safeParse({ retainFailedDays: days }).success).toBe(false);
  });

  it.each([-1, 32])("has no %s days in the database either", async (days) => {
    const data = { retainCompletedDays: days };
    await expect(database.prisma.account.update({ where: { id: world.accountId }, data })).rejects.toThrow();
  });
});

describe("what is past its retention", () => {
  it("is not found any more, and can't be replayed", async () => {
    const cycle = await createPublishedCycle(world.builder);
    const { transactionId, receiptId } = await acceptRequest(world.builder, cycle);
    await endTransaction(world.builder, transactionId);
    await database.prisma.transaction.delete({ where: { id: transactionId } });
    await database.prisma.receipt.delete({ where: { id: receiptId } });
    await expect(getTransaction(world.viewer, transactionId)).rejects.toMatchObject({ code: "not_found" });
    await expect(replayTransaction(world.builder, transactionId, {})).rejects.toMatchObject({ code: "not_found" });
    await expect(getReceipt(world.admin, receiptId)).rejects.toMatchObject({ code: "not_found" });
  });
});
