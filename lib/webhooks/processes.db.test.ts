import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "@/lib/core/graph";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { notifyReplies } from "@/lib/queue/notify";
import { getReceipt } from "@/lib/services/receipts/get";
import { makeSecretCurrent } from "@/lib/services/secrets/make-current";
import { removeSecret } from "@/lib/services/secrets/remove";
import { setSecret } from "@/lib/services/secrets/set";
import { createPublishedCycle, createWorld, smallGraph, type World } from "@/lib/services/testing";
import { setAllowedIps } from "@/lib/services/webhooks/allowed-ips";
import { asynchronousGraph, type MadeWebhook, makeWebhook, synchronousGraph } from "./testing";
import { type DoorProcess, DoorProcesses, type ProcessAnswer } from "./testing-processes";
import { makeCheckedCycle } from "./testing-security";

let database: TestDatabase;
let world: World;
let processes: DoorProcesses;
let webs: [DoorProcess, DoorProcess];
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
  processes = await DoorProcesses.prepare(database.url);
  webs = await Promise.all([processes.start(), processes.start()]);
});
afterAll(async () => {
  await processes.close();
  await database.close();
});

const byHeader = { duplicates: { kind: "header", header: "X-Event", windowSeconds: 60 } };
const withKey = (graph: Graph): Graph => ({
  ...graph,
  steps: graph.steps.map((step) => (step.type === "webhook" ? { ...step, settings: byHeader } : step)),
});
type Target = Pick<MadeWebhook, "identifier" | "cycleId">;
const post = (to: Target, on: DoorProcess, event: string) =>
  on.send(`/api/webhook/${to.identifier}`, {
    headers: { "Content-Type": "application/json", "X-Event": event },
    body: "{}",
  });
const transactionIn = ({ headers }: ProcessAnswer) => headers.get("x-spoke-transaction-id");
const transactionsOf = ({ cycleId }: Target) => database.prisma.transaction.findMany({ where: { cycleId } });

/** Ends a transaction with the answer for its caller, as a worker does. */
async function respond(transactionId: string, body: string): Promise<void> {
  const response = JSON.stringify({ status: 404, headers: [["Content-Type", "text/plain"]], body });
  await database.pool.query(
    `UPDATE "Transaction" SET state = 'COMPLETED', response = $2, "endedAt" = now() WHERE id = $1`,
    [transactionId, response],
  );
  await notifyReplies(database.pool, [transactionId]);
}

describe("two web processes", () => {
  it("begin exactly one transaction for 50 identical requests at the same moment", async () => {
    const { cycleId, webhooks } = await createPublishedCycle(world.builder, withKey(smallGraph));
    const webhook = { cycleId, identifier: webhooks.start! };
    for (const event of ["evt_1", "evt_2", "evt_3"]) {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => post(webhook, webs[at % 2]!, event)));
      expect(new Set(answers.map(({ status, body }) => `${status} ${body}`))).toEqual(
        new Set(["200 Webhook accepted."]),
      );
      expect(new Set(answers.map(transactionIn)).size).toBe(1);
    }
    expect(await transactionsOf(webhook)).toHaveLength(3);
    const first = await database.prisma.receipt.findFirstOrThrow({ where: { cycleId, outcome: "ACCEPTED" } });
    const listed = async () => {
      const { count, newest } = (await getReceipt(world.builder, first.id)).duplicates;
      return [count, new Set(newest.map(({ id }) => id)).size];
    };
    await expect.poll(listed).toEqual([49, 49]);
  });

  it("give 20 identical synchronous requests the one answer", async () => {
    const webhook = await makeWebhook(database.pool, { graph: withKey(synchronousGraph) });
    const sent = Array.from({ length: 20 }, (_, at) => post(webhook, webs[at % 2]!, "evt_1"));
    await expect.poll(() => transactionsOf(webhook)).toHaveLength(1);
    const [transaction] = await transactionsOf(webhook);
    await respond(transaction!.id, "none");
    const answers = await Promise.all(sent);
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`))).toEqual(new Set(["404 none"]));
    expect(new Set(answers.map(transactionIn))).toEqual(new Set([transaction!.id]));
    expect(await transactionsOf(webhook)).toHaveLength(1);
  });

  it("hear at once of a change of the addresses and of the secret", async () => {
    const check = { kind: "token", name: "X-Token" };
    const secrets = { check: "t0k3n" };
    const { cycleId, path } = await makeCheckedCycle(world.builder, { check, secrets, type: "webhook-ip-filtered" });
    const send = (token: string) =>
      Promise.all(
        webs.map(async (web) => (await web.send(path, { headers: { "X-Token": token }, body: "{}" })).status),
      );
    const allow = (allowedIps: string) => setAllowedIps(world.builder, { cycleId, stepId: "start" }, { allowedIps });
    expect(await send("t0k3n")).toEqual([403, 403]);
    await allow("127.0.0.0/8");
    await expect.poll(() => send("t0k3n")).toEqual([200, 200]);
    await allow("192.0.2.1");
    await expect.poll(() => send("t0k3n")).toEqual([403, 403]);
    await allow("::1, 127.0.0.1");
    await expect.poll(() => send("t0k3n")).toEqual([200, 200]);
    await setSecret(world.builder, cycleId, { stepId: "start", name: "check-next", value: "n3w" });
    await expect.poll(() => send("n3w")).toEqual([200, 200]);
    expect(await send("t0k3n")).toEqual([200, 200]);
    await makeSecretCurrent(world.builder, cycleId, "start");
    await expect.poll(() => send("t0k3n")).toEqual([401, 401]);
    expect(await send("n3w")).toEqual([200, 200]);
    await removeSecret(world.builder, cycleId, { stepId: "start", name: "check" });
    await expect.poll(() => send("n3w")).toEqual([401, 401]);
  });
});

describe("a web process that dies before it has answered the first request", () => {
  /** Kills the first of the two; the next test starts others. */
  async function killFirst(): Promise<DoorProcess> {
    const [first, second] = webs;
    await first.kill();
    webs = [await processes.start(), second];
    return second;
  }

  it("leaves the answer of its transaction to the duplicate at another", async () => {
    const webhook = await makeWebhook(database.pool, { graph: withKey(synchronousGraph) });
    const lost = expect(post(webhook, webs[0], "evt_1")).rejects.toThrow("fetch failed");
    await expect.poll(() => transactionsOf(webhook)).toHaveLength(1);
    const second = await killFirst();
    await lost;
    const [transaction] = await transactionsOf(webhook);
    const retried = post(webhook, second, "evt_1");
    await respond(transaction!.id, "late");
    expect(await retried).toMatchObject({ status: 404, body: "late" });
    expect((await post(webhook, webs[0], "evt_1")).body).toBe("late");
    expect(await transactionsOf(webhook)).toHaveLength(1);
  });

  it("has begun the transaction or has not, while it stored it: a duplicate that waits makes exactly one of it", async () => {
    const webhook = await makeWebhook(database.pool, { graph: withKey(asynchronousGraph) });
    const lock = await database.pool.connect();
    await lock.query(`BEGIN; LOCK TABLE "Job" IN ACCESS EXCLUSIVE MODE`);
    const lost = expect(post(webhook, webs[0], "evt_1")).rejects.toThrow("fetch failed");
    await database.waiting(lock);
    const second = await killFirst();
    await lost;
    const retried = post(webhook, second, "evt_1");
    await lock.query("ROLLBACK");
    lock.release();
    const answer = await retried;
    expect(answer).toMatchObject({ status: 200, body: "Webhook accepted." });
    expect((await transactionsOf(webhook)).map(({ id }) => id)).toEqual([transactionIn(answer)]);
  });
});
