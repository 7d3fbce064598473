import { describe, expect, test } from "vitest";
import { StepError } from "@/lib/core/errors";
import { graphOf } from "@/lib/core/testing";
import { cancelTransaction } from "@/lib/queue/cancel";
import { notifyCycles } from "@/lib/queue/notify";
import { encryptSecret } from "@/lib/services/secrets/cipher";
import { Gate, TestCaller, type TestCycle, testWorkers } from "./testing";
import { answer, call, delay, oneCall, pure, set, trigger, twoCalls } from "./testing-graphs";

const { db, world, workers } = testWorkers();

describe("a transaction", () => {
  test("runs from its trigger to its end", async () => {
    const cycle = await world.cycle(pure);
    workers.start();
    const [id] = await cycle.accept({ name: "Ada" });
    await cycle.ended();
    const result = await cycle.result(id!);
    expect(result).toMatchObject({ state: "COMPLETED", startedAt: expect.any(Date), endedAt: expect.any(Date) });
    expect(result.step("fields")).toMatchObject({ outcome: "done", output: { greeting: "Hello Ada" } });
    expect(result.step("trigger")).not.toHaveProperty("output");
  });

  test.each([
    ["lacks its variables", { steps: pure.steps, edges: pure.edges }],
    ["has a step that is none", { ...pure, steps: [...pure.steps, null] }],
  ])("of a version that %s fails and says so, and holds up no other", async (_what, graph) => {
    const [broken, other] = [await world.cycle(pure), await world.cycle(pure)];
    await db.prisma.cycleVersion.update({ where: { id: broken.versionId }, data: { graph: graph as never } });
    const [id] = await broken.accept({});
    const [unlike] = await other.accept({ name: "Ada" });
    workers.start();
    await other.ended();
    await broken.ended();
    expect(await other.state(unlike!)).toBe("COMPLETED");
    expect(await broken.result(id!)).toMatchObject({
      state: "FAILED",
      errorStepId: "trigger",
      error: expect.stringMatching(/^Version 1 of this cycle can't be run\..*publish it again.*replay/i),
    });
  });

  test("stores its response for the caller before it goes on with an outside call", async () => {
    const gate = new Gate();
    const cycle = await world.cycle(graphOf([trigger, answer, call("a")], ["trigger -> answer", "answer -> a"]));
    workers.start(new TestCaller(() => gate.pass()));
    const [id] = await cycle.accept(1);
    await expect
      .poll(async () => (await cycle.result(id!)).response)
      .toMatchObject({ status: 200, body: '{"ok":"yes"}' });
    expect(await cycle.state(id!)).toBe("RUNNING");
    gate.open();
    await cycle.ended();
    expect(await cycle.state(id!)).toBe("COMPLETED");
  });

  test("waits for its delay without a slot, and goes on after it", async () => {
    const cycle = await world.cycle(graphOf([trigger, delay(3_600), set], ["trigger -> delay", "delay -> fields"]));
    const other = await world.cycle(pure);
    workers.start(new TestCaller(), { slots: 1 });
    const [id] = await cycle.accept({});
    await expect.poll(() => cycle.state(id!)).toBe("WAITING");
    await other.accept({});
    await other.ended();
    expect(await cycle.state(id!)).toBe("WAITING");
    await cycle.timePasses();
    await cycle.ended();
    const result = await cycle.result(id!);
    expect(result.steps.map((step) => step.stepId)).toEqual(["trigger", "delay", "fields"]);
    expect(result.checkpoints).toHaveLength(2);
  });

  test("tries a failed call again and records each try", async () => {
    let tries = 0;
    const caller = new TestCaller(async () => {
      if (++tries < 3) throw new StepError("request_failed", "example.com refuses connections.");
      return { body: { id: 7 } };
    });
    const cycle = await world.cycle(
      graphOf([trigger, call("a", { retries: 3, wait: "fixed", firstWaitSeconds: 0.1 })], ["trigger -> a"]),
    );
    workers.start(caller);
    const [id] = await cycle.accept(1);
    await cycle.ended();
    const { step } = await cycle.result(id!);
    expect(step("a")).toMatchObject({ outcome: "done", output: { body: { id: 7 } } });
    expect(step("a")!.attempts!.map((attempt) => attempt.error)).toEqual([
      "example.com refuses connections.",
      "example.com refuses connections.",
      undefined,
    ]);
    expect(new Set(caller.calls.map((made) => made.idempotencyKey))).toEqual(new Set([`${id}-a-1`]));
  });

  test("waits outside of its slot for a retry that is due late", async () => {
    let tries = 0;
    const caller = new TestCaller(async () => {
      if (++tries === 1) throw new StepError("rate_limited", "Slow down.", { retryAfterMs: 3_600_000 });
      return {};
    });
    const cycle = await world.cycle(graphOf([trigger, call("a", { retries: 1 })], ["trigger -> a"]));
    workers.start(caller);
    const [id] = await cycle.accept(1);
    await expect.poll(() => cycle.state(id!)).toBe("WAITING");
    expect((await cycle.result(id!)).checkpoints.at(-1)!.waits).toMatchObject([{ stepId: "a", reason: "retry" }]);
    await cycle.timePasses();
    await cycle.ended();
    expect(await cycle.state(id!)).toBe("COMPLETED");
  });

  test("calls with the step's stored secret, as it is now, and does not record it", async () => {
    const caller = new TestCaller();
    const graph = graphOf(
      [trigger, { id: "a", type: "http-request", settings: { url: "https://example.com", auth: "bearer" } }],
      ["trigger -> a"],
    );
    const cycle = await world.cycle(graph);
    const store = async (text: string) => {
      const key = { cycleId: cycle.cycleId, stepId: "a", name: "auth" };
      const ciphertext = encryptSecret(text);
      const where = { cycleId_stepId_name: key };
      await db.prisma.stepSecret.upsert({ where, create: { ...key, ciphertext }, update: { ciphertext } });
      await notifyCycles(db.pool, [cycle.cycleId]);
    };
    await store("first-secret");
    workers.start(caller);
    const [id] = await cycle.accept(1);
    await cycle.ended();
    expect(new Map(caller.calls[0]!.headers).get("Authorization")).toBe("Bearer first-secret");
    expect(
      JSON.stringify(await cycle.result(id!), (_, value) => (typeof value === "bigint" ? 0 : value)),
    ).not.toContain("first-secret");
    await store("second-secret");
    await expect
      .poll(async () => {
        await cycle.accept(1);
        await cycle.ended();
        return new Map(caller.calls.at(-1)!.headers).get("Authorization");
      })
      .toBe("Bearer second-secret");
  });

  test("whose secret can't be decrypted says so", async () => {
    const graph = graphOf(
      [
        trigger,
        {
          id: "a",
          type: "http-request",
          settings: { url: "https://example.com", auth: "bearer" },
          onError: { retries: 0 },
        },
      ],
      ["trigger -> a"],
    );
    const cycle = await world.cycle(graph);
    await db.prisma.stepSecret.create({
      data: { cycleId: cycle.cycleId, stepId: "a", name: "auth", ciphertext: "lost:a:b:c" },
    });
    workers.start();
    const [id] = await cycle.accept(1);
    await cycle.ended();
    expect((await cycle.result(id!)).error).toBe(
      "The stored secret can't be decrypted with this installation's keys. Type it again in Step Setup.",
    );
  });

  test("that fails says where and why", async () => {
    const caller = new TestCaller(async () => ({ status: 422, body: { reason: "no stock" } }));
    const cycle = await world.cycle(oneCall);
    workers.start(caller);
    const [id] = await cycle.accept(1);
    await cycle.ended();
    const result = await cycle.result(id!);
    expect(result).toMatchObject({
      state: "FAILED",
      errorStepId: "a",
      error: "The call was answered 422 Unprocessable Entity.",
    });
    expect(result.step("a")!.error).toMatchObject({ code: "bad_response", detail: '{"reason":"no stock"}' });
  });

  test("that meets a bug of ours fails with one fixed sentence", async () => {
    const caller = new TestCaller(async () => {
      throw new TypeError("undefined is not a function");
    });
    const cycle = await world.cycle(oneCall);
    workers.start(caller);
    const [id] = await cycle.accept(1);
    await cycle.ended();
    expect(await cycle.result(id!)).toMatchObject({
      state: "FAILED",
      errorStepId: "a",
      error: "Spoke could not run this step because of an error of its own. Whoever runs Spoke finds it in the log.",
    });
  });

  test("whose version is gone fails and does not hold up others", async () => {
    const cycle = await world.cycle(pure);
    const [lost, fine] = await cycle.accept({}, {});
    await db.pool.query(`UPDATE "Transaction" SET "versionId" = gen_random_uuid() WHERE id = $1`, [lost]);
    workers.start();
    await cycle.ended();
    expect([await cycle.state(lost!), await cycle.state(fine!)]).toEqual(["FAILED", "COMPLETED"]);
  });

  test("that is not there any more loses its job", async () => {
    const cycle = await world.cycle(pure);
    const [gone] = await cycle.accept({}, {});
    await db.pool.query(`DELETE FROM "Transaction" WHERE id = $1`, [gone]);
    workers.start();
    await expect.poll(async () => (await db.pool.query(`SELECT count(*)::int AS n FROM "Job"`)).rows[0].n).toBe(0);
  });
});

describe("cancelling", () => {
  const cancel = ({ accountId }: TestCycle, transactionId: string) =>
    cancelTransaction(db.pool, { accountId, transactionId });

  test("breaks off an outside call under way", async () => {
    const cycle = await world.cycle(twoCalls);
    const caller = new TestCaller((_, signal) => new Promise((_, reject) => signal.addEventListener("abort", reject)));
    workers.start(caller);
    const [id] = await cycle.accept(1);
    await expect.poll(() => caller.under).toBe(1);
    expect(await cancel(cycle, id!)).toBe("asked");
    await cycle.ended();
    expect(await cycle.state(id!)).toBe("CANCELLED");
    expect(caller.calls).toHaveLength(1);
  });

  test("reaches a transaction that is claimed and has not begun", async () => {
    const gate = new Gate();
    const cycle = await world.cycle(oneCall, { parallelLimit: 1 });
    workers.start(new TestCaller(() => gate.pass()));
    const [first, second] = await cycle.accept(1, 2);
    await expect.poll(() => gate.waiting).toBe(1);
    await cancel(cycle, second!);
    gate.open();
    await cycle.ended();
    expect([await cycle.state(first!), await cycle.state(second!)]).toEqual(["COMPLETED", "CANCELLED"]);
  });
});
