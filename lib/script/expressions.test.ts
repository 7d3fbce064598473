import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOfExpressions, valuesOfExpressions } from "./expressions";
import type { ScriptJob, ScriptRun } from "./job";
import type { ScriptPool } from "./pool";
import { newTestPool, PATIENT } from "./testing";

let pool: ScriptPool;
beforeAll(async () => {
  pool = await newTestPool({ limits: PATIENT });
});
afterAll(() => pool.close());

const run = (codes: string[], job: Partial<ScriptJob> = {}): Promise<ScriptRun> =>
  pool.run({
    accountId: "a",
    entry: "expressions",
    code: codeOfExpressions(codes),
    globals: { steps: { order: { body: { total: 100, lines: [3, 1, 2] } } }, cycle_variables: { rate: "1.25" } },
    nowMs: Date.UTC(2026, 0, 1),
    seed: "0123456789abcdef0123456789abcdef",
    ...job,
  });
const valuesOf = async (...codes: string[]) => {
  const done = await run(codes);
  expect(done.error).toBeNull();
  return valuesOfExpressions(done);
};

describe("the expressions of a job", () => {
  it("come to a value each, in their order", async () => {
    expect(
      await valuesOf("steps.order.body.total * Number(cycle_variables.rate)", "null", "steps.order.body.gone", '"a"'),
    ).toEqual([125, null, undefined, "a"]);
    expect(await valuesOf("{ id: 1 } // an object", "await Promise.resolve([false])")).toEqual([{ id: 1 }, [false]]);
  });

  it("don't see what another did to its data, or to JavaScript", async () => {
    expect(
      await valuesOf(
        "steps.order.body.lines.sort()",
        "steps.order.body.lines",
        "(Array.prototype.map = null, steps = 1)",
        "steps.order.body.lines.map((line) => line * 2)",
      ),
    ).toEqual([[1, 2, 3], [3, 1, 2], 1, [6, 2, 4]]);
  });

  it("can't become two by closing a bracket early", async () => {
    expect(await valuesOf("1), (2", "3")).toEqual([2, 3]);
    expect(await valuesOf("1)})(), (async () => { (2", "3")).toEqual([undefined, 3]);
  });

  it("draw other random numbers each, and the same ones in a repeat", async () => {
    const drawn = await valuesOf("uuid()", "uuid()", "Math.random()", "Math.random()");
    expect(new Set(drawn).size).toBe(4);
    expect(await valuesOf("uuid()", "uuid()", "Math.random()", "Math.random()")).toEqual(drawn);
  });

  it.each([
    ["steps.order.body.total.of.it", "thrown", 60_000],
    ["1 +", "syntax", 60_000],
    ["(() => { for (;;); })()", "timeout", 200],
    ["(() => { const all = []; for (;;) all.push('x'.repeat(1000) + all.length) })()", "memory", 60_000],
  ])("fail together when one of them is %s, and say which", async (code, kind, cpuMs) => {
    const done = await run(["1", code, "2"], { limits: { cpuMs } });
    expect(done.error).toMatchObject({ kind, expression: 1 });
    expect(done.returned).toBeUndefined();
  });

  it("have the time of one script together", async () => {
    const slow = "(() => { const from = steps.n; for (let i = 0; i < 1e12; i++); })()";
    const done = await run([slow, slow, slow], { limits: { cpuMs: 100 } });
    expect(done.error).toMatchObject({ kind: "timeout", expression: 0 });
    expect(done.cpuMs).toBeLessThan(5_000);
  });

  it("have the characters that may come back together", async () => {
    const done = await run(["'x'.repeat(60)", "'x'.repeat(60)"], { limits: { outputChars: 100 } });
    expect(done.error).toMatchObject({ kind: "too-large", expression: 1 });
  });

  it("write to one console", async () => {
    const done = await run(["(log('a'), 1)", "(console.warn('b'), 2)"]);
    expect(done.console).toEqual([
      { level: "log", text: "a" },
      { level: "warn", text: "b" },
    ]);
    const long = await run(Array.from({ length: 3 }, () => "(() => { for (let i = 0; i < 100; i++) log(i) })()"));
    expect([long.console.length, long.consoleIsCut]).toEqual([200, true]);
  });
});
