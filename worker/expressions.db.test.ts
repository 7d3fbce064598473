import { describe, expect, test } from "vitest";
import { field, graphOf } from "@/lib/core/testing";
import { encryptSecret } from "@/lib/services/secrets/cipher";
import { TestCaller, testWorkers } from "./testing";
import { trigger } from "./testing-graphs";
import { hook, request } from "./testing-mid-cycle";
import { testScripts } from "./testing-scripts";

const { db, world, workers } = testWorkers();
const scripts = testScripts();

const script = (code: string) => ({ source: "script", code });
const mapped = (name: string, code: string) => ({ name, value: script(code) });
const set = (...fields: object[]) => ({ id: "set", type: "set-fields", settings: { fields } });
const afterTrigger = (...steps: { id: string; type: string }[]) =>
  graphOf(
    [trigger, ...steps],
    steps.map(({ id }, index) => `${steps[index - 1]?.id ?? "trigger"} -> ${id}`),
    [{ name: "rate", value: "1.25" }],
  );

/** Runs one transaction of a graph, with the body 5; gives what became of it, and the calls that it made. */
async function ranOf(graph: ReturnType<typeof graphOf>) {
  const cycle = await world.cycle(graph);
  const caller = new TestCaller();
  workers.start(caller);
  const [id] = await cycle.accept(5);
  await cycle.ended();
  await workers.stop();
  return { ...(await cycle.result(id!)), calls: caller.calls, id: id!, cycle };
}

describe("a script expression", () => {
  test("gives a field its value, of any kind, from steps and variables", async () => {
    const result = await ranOf(
      afterTrigger(
        set(
          mapped("total", "steps.trigger.body * Number(cycle_variables.rate)"),
          mapped("lines", "[{ n: steps.trigger.body }]"),
          mapped("none", "steps.trigger.body.gone"),
          field("typed", "{{trigger.body}}"),
          mapped("whose", "[transaction_id, step_id, account_id, cycle_id].join(' ')"),
        ),
      ),
    );
    const { accountId, cycleId } = result.cycle;
    const whose = [result.id, "set", accountId, cycleId].join(" ");
    expect(result.step("set")).toMatchObject({ outcome: "done" });
    expect(result.step("set")!.output).toEqual({ total: 6.25, lines: [{ n: 5 }], typed: 5, whose });
  });

  test("is compared by a Decision, whose record shows what it came to", async () => {
    const conditions = [{ left: script("steps.trigger.body % 2"), operator: "equals", right: script("1") }];
    const decide = { id: "decide", type: "decision", settings: { groups: [{ conditions }] } };
    const result = await ranOf(afterTrigger(decide));
    expect(result.step("decide")).toMatchObject({
      exit: "true",
      input: { groups: [{ conditions: [{ left: 1, right: 1, matched: true }] }] },
    });
  });

  test("is sent by a call, and recorded without the step's secret", async () => {
    const settings = {
      method: "POST",
      url: "https://example.com/a",
      auth: "bearer",
      query: [mapped("q", "(log('sees secret-token-1'), 'a' + 1)")],
      body: [mapped("n", "steps.trigger.body + 1"), mapped("echo", "'secret-token-1'")],
    };
    const cycle = await world.cycle(afterTrigger({ id: "call", type: "http-request", settings } as typeof trigger));
    const place = { cycleId: cycle.cycleId, stepId: "call", name: "auth" };
    await db.prisma.stepSecret.create({ data: { ...place, ciphertext: encryptSecret("secret-token-1") } });
    const caller = new TestCaller();
    workers.start(caller);
    const [id] = await cycle.accept(5);
    await cycle.ended();
    const { step } = await cycle.result(id!);
    expect([caller.calls[0]!.url, caller.calls[0]!.body]).toEqual([
      "https://example.com/a?q=a1",
      `{"n":6,"echo":"secret-token-1"}`,
    ]);
    expect(step("call")).toMatchObject({ outcome: "done", console: [{ level: "log" }] });
    expect(JSON.stringify(step("call"))).not.toContain("secret-token-1");
  });

  test("tells which held transaction a request continues", async () => {
    const matchExisting = script("'A-' + steps.trigger.body");
    const cycle = await world.cycle(afterTrigger(hook({ matchExisting })));
    workers.start();
    const [id] = await cycle.accept(5);
    await expect.poll(() => cycle.state(id!)).toBe("HELD");
    expect(await request(db, cycle, { id: "A-5" })).toMatchObject({ kind: "continued", transactionId: id });
    await cycle.ended();
    expect((await cycle.result(id!)).step("hook")).toMatchObject({ outcome: "done", input: { value: "A-5" } });
  });

  test.each([
    ["steps.gone.body", "script_failed", "Correct it in Step Setup."],
    ["(() => { for (;;); })()", "script_limit", "Make it do less in Step Setup."],
    ["1 +", "script_failed", "Correct it in Step Setup."],
  ])("that is %s fails its step with the field and what to do", async (code, errorCode, remedy) => {
    await scripts.mayTake(1_000);
    const result = await ranOf(afterTrigger(set(mapped("fine", "1"), mapped("total", code))));
    expect(result.state).toBe("FAILED");
    expect(result.step("set")).toMatchObject({ outcome: "failed", error: { code: errorCode } });
    expect(result.error).toMatch(/^The script expression of total in Fields failed/);
    expect(result.error).toContain(remedy);
  });

  test("that is slow keeps no other transaction waiting", async () => {
    await scripts.mayTake(3_600_000); // until the others have ended
    const slow = await world.cycle(afterTrigger(set(mapped("a", "(() => { for (;;); })()"))), { parallelLimit: 4 });
    const quick = await world.cycle(afterTrigger(set(field("a", "{{trigger.body}}"))));
    workers.start();
    const slowIds = await slow.accept(1, 2, 3, 4);
    await quick.accept(...Array.from({ length: 50 }, (_, index) => index));
    await quick.ended();
    await scripts.mayTake(100);
    await slow.ended();
    expect(await slow.state(slowIds.at(-1)!)).toBe("FAILED");
  });

  test("is computed after the result of an earlier call is stored", async () => {
    const call = { id: "call", type: "http-request", settings: { url: "https://example.com/a" } };
    const result = await ranOf(afterTrigger(call as typeof trigger, set(mapped("a", "steps.call.status"))));
    expect(result.step("set")).toMatchObject({ output: { a: 200 } });
    expect(result.checkpoints.map(({ steps }) => (steps as { stepId: string }[]).map(({ stepId }) => stepId))).toEqual([
      ["trigger", "call"],
      ["set"],
    ]);
  });
});
