import { execFile } from "node:child_process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import type { ScriptPool, ScriptPoolOptions } from "./pool";
import { bundleForTests, newTestPool, runScript, testThreadFile } from "./testing";

const execute = promisify(execFile);

const pools: ScriptPool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

async function poolOf(options: Partial<ScriptPoolOptions>) {
  const pool = await newTestPool(options);
  pools.push(pool);
  return pool;
}

const PATIENT = { timeout: 15_000, interval: 5 };
const ENDLESS = "for (;;);";
const LONG = { cpuMs: 60_000 };
/** A native loop that QuickJS can't interrupt. */
const DEAF = "return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)";

describe("a pool", { timeout: 60_000 }, () => {
  it("starts no thread before the first run, and ends those with nothing to do", async () => {
    const pool = await poolOf({ idleMs: 1 });
    expect(pool.figures).toEqual({ threads: 0, running: 0, waiting: 0 });
    expect((await runScript(pool, { code: "return 1" })).returned).toBe(1);
    await expect.poll(() => pool.figures.threads, PATIENT).toBe(0);
    expect((await runScript(pool, { code: "return 2" })).returned).toBe(2);
  });

  it("runs others while one is busy, and leaves the loop of the process free", async () => {
    const pool = await poolOf({ threads: 2 });
    const slow = runScript(pool, { code: ENDLESS, limits: LONG });
    await expect.poll(() => pool.figures.running, PATIENT).toBe(1);
    expect((await runScript(pool, { accountId: "b", code: "return 1" })).returned).toBe(1);
    expect(pool.figures).toEqual({ threads: 2, running: 1, waiting: 0 });
    await pool.close();
    expect((await slow).error?.kind).toBe("busy");
  });

  it("has a second thread in reserve as long as one is in use, for who comes while that is slow", async () => {
    const pool = await poolOf({ threads: 3, idleMs: 1 });
    const slow = runScript(pool, { code: ENDLESS, limits: LONG });
    await expect.poll(() => pool.figures, PATIENT).toEqual({ threads: 2, running: 1, waiting: 0 });
    expect((await runScript(pool, { accountId: "b", code: "return 1" })).returned).toBe(1);
    expect(pool.figures).toEqual({ threads: 2, running: 1, waiting: 0 });
    await pool.close();
    expect((await slow).error?.kind).toBe("busy");
  });

  it("leaves one thread to the others, however many scripts of an account wait", async () => {
    const pool = await poolOf({ threads: 2 });
    const slow = Array.from({ length: 3 }, () => runScript(pool, { code: ENDLESS, limits: LONG }));
    await expect.poll(() => pool.figures, PATIENT).toMatchObject({ running: 1, waiting: 2 });
    expect((await runScript(pool, { accountId: "b", code: "return 1" })).returned).toBe(1);
    expect((await runScript(pool, { accountId: "c", code: "return 2" })).returned).toBe(2);
    expect(pool.figures).toEqual({ threads: 2, running: 1, waiting: 2 });
    await pool.close();
    for (const run of await Promise.all(slow)) expect(run.error?.kind).toBe("busy");
  });

  it("replaces a thread that gives no answer; that run alone fails", async () => {
    const pool = await poolOf({ threads: 1, graceMs: 50 });
    const deaf = runScript(pool, { code: DEAF, limits: { cpuMs: 50 } });
    const next = runScript(pool, { accountId: "b", code: "return 1" });
    expect((await deaf).error).toEqual({ kind: "timeout", message: "The script took longer than 50 ms" });
    expect((await next).returned).toBe(1);
    expect(pool.figures).toEqual({ threads: 1, running: 0, waiting: 0 });
  });

  it("does elsewhere what a thread was given ahead when it gives no answer", async () => {
    const pool = await poolOf({ threads: 1, graceMs: 50 });
    const quick = (index: number) => runScript(pool, { code: `log(${index}); return ${index}` });
    await Promise.all(Array.from({ length: 64 }, (_, index) => quick(index)));
    const before = Array.from({ length: 10 }, (_, index) => quick(index));
    const deaf = runScript(pool, { code: DEAF, limits: { cpuMs: 50 } });
    const after = Array.from({ length: 10 }, (_, index) => quick(10 + index));
    expect((await deaf).error).toEqual({ kind: "timeout", message: "The script took longer than 50 ms" });
    for (const [index, run] of (await Promise.all([...before, ...after])).entries()) {
      expect(run).toMatchObject({ returned: index, error: null, console: [{ level: "log", text: String(index) }] });
    }
  });

  it("takes back what was given to a thread behind a slow run, of the same account too", async () => {
    const pool = await poolOf({ threads: 3 });
    await Promise.all(Array.from({ length: 64 }, () => runScript(pool, { code: "" })));
    const slow = runScript(pool, { code: ENDLESS, limits: LONG });
    const others = ["a", "b", "b", "a"].map((accountId) =>
      runScript(pool, { accountId, code: "return account_id", globals: { account_id: accountId } }),
    );
    expect((await Promise.all(others)).map(({ returned }) => returned)).toEqual(["a", "b", "b", "a"]);
    expect(pool.figures).toMatchObject({ running: 1, waiting: 0 });
    await pool.close();
    expect((await slow).error?.kind).toBe("busy");
  });

  it("tells at once what came of a run, whatever another account's script does after it", async () => {
    const pool = await poolOf({ threads: 1 });
    await Promise.all(Array.from({ length: 64 }, () => runScript(pool, { code: "" })));
    const first = runScript(pool, { code: "return 1" });
    const slow = runScript(pool, { accountId: "b", code: ENDLESS, limits: LONG });
    expect((await first).returned).toBe(1);
    await expect.poll(() => pool.figures.running, PATIENT).toBe(1);
    await pool.close();
    expect((await slow).error?.kind).toBe("busy");
  });

  it("goes on after a script that needs more memory than a thread keeps", async () => {
    const pool = await poolOf({ threads: 1 });
    const hungry = "const a = []; for (;;) a.push(new Uint8Array(1e5))";
    const runs = Array.from({ length: 4 }, () => runScript(pool, { code: hungry, limits: { cpuMs: 5_000 } }));
    for (const run of await Promise.all(runs)) expect(run.error?.kind).toBe("memory");
    expect((await runScript(pool, { code: "return 1" })).returned).toBe(1);
  });

  it("refuses more waiting runs than it may hold, of one account and of all", async () => {
    const pool = await poolOf({ threads: 1, maxWaiting: 3, maxWaitingOfAccount: 2 });
    const run = (accountId: string) => runScript(pool, { accountId, code: "return 1" });
    const answers = await Promise.all(["a", "a", "a", "b", "b", "c"].map(run));
    expect(answers.map(({ error }) => error?.kind)).toEqual([undefined, undefined, "busy", undefined, "busy", "busy"]);
    expect((await run("a")).error).toBeNull();
  });

  it("refuses more waiting characters than it may hold, but not a single run", async () => {
    const pool = await poolOf({ threads: 1, maxWaitingChars: 100 });
    const globals = { cycle_variables: "x".repeat(200) };
    const [first, second] = [runScript(pool, { code: "", globals }), runScript(pool, { code: "" })];
    expect((await second).error?.kind).toBe("busy");
    expect((await first).error).toBeNull();
    expect((await runScript(pool, { code: "" })).error).toBeNull();
  });

  it("refuses more waiting characters of an account than it may hold, and takes those of others meanwhile", async () => {
    const pool = await poolOf({ threads: 1, maxWaitingCharsOfAccount: 100 });
    const run = (accountId: string, chars: number) =>
      runScript(pool, { accountId, code: "return 1", globals: { cycle_variables: "x".repeat(chars) } });
    const answers = await Promise.all([run("a", 200), run("a", 10), run("b", 60), run("b", 10), run("b", 60)]);
    expect(answers.map(({ error }) => error?.kind)).toEqual([undefined, "busy", undefined, undefined, "busy"]);
  });

  it("gives each run the time that it was made with, unless the run has its own", async () => {
    const pool = await poolOf({ limits: { cpuMs: 20 } });
    expect((await runScript(pool, { code: ENDLESS })).error?.message).toBe("The script took longer than 20 ms");
    const own = await runScript(pool, { code: ENDLESS, limits: { cpuMs: 30 } });
    expect(own.error?.message).toBe("The script took longer than 30 ms");
  });

  it("gives up runs that have waited too long", async () => {
    const pool = await poolOf({ threads: 1, maxWaitMs: 500 });
    await runScript(pool, { code: "" });
    const slow = runScript(pool, { code: ENDLESS, limits: { cpuMs: 1_000 } });
    const late = runScript(pool, { accountId: "b", code: "" });
    expect((await slow).error?.kind).toBe("timeout");
    expect((await late).error).toEqual({ kind: "busy", message: "Too many scripts are waiting to be run" });
  });

  it("fails what it holds as busy when it is closed, and takes nothing more", async () => {
    const pool = await poolOf({ threads: 1 });
    const [running, waiting] = [runScript(pool, { code: ENDLESS, limits: LONG }), runScript(pool, { code: "" })];
    await expect.poll(() => pool.figures, PATIENT).toMatchObject({ running: 1, waiting: 1 });
    await pool.close();
    expect((await running).error?.kind).toBe("busy");
    expect((await waiting).error?.kind).toBe("busy");
    expect((await runScript(pool, { code: "" })).error?.kind).toBe("busy");
    expect(pool.figures).toEqual({ threads: 0, running: 0, waiting: 0 });
  });

  it("lets the process end that has nothing else to do", async () => {
    const [pool, threadFile] = await Promise.all([bundleForTests("lib/script/pool.ts"), testThreadFile()]);
    const program = `const { ScriptPool } = await import(${JSON.stringify(pathToFileURL(pool).href)});
      const pool = new ScriptPool({ threadFile: ${JSON.stringify(threadFile)} });
      const job = { accountId: "a", entry: "step", code: "return cycle_id", globals: { cycle_id: "c" }, nowMs: 0 };
      console.log((await pool.run(job)).returned, pool.figures.threads > 0);`;
    const { stdout } = await execute(process.execPath, ["--input-type=module", "-e", program]);
    expect(stdout).toBe("c true\n");
  });

  it.each([
    ["can't be run", "/nowhere/script-thread.mjs", "Cannot find module"],
    ["can't even be begun", "script-thread.mjs", "must be an absolute path"],
  ])("throws when the program of its threads %s", async (_, threadFile, said) => {
    const pool = await poolOf({ threadFile });
    await expect(runScript(pool, { code: "" })).rejects.toThrow(said);
    expect(pool.figures).toEqual({ threads: 0, running: 0, waiting: 0 });
  });
});

describe("a look at code", { timeout: 60_000 }, () => {
  const check = async (code: string, form: "events" | "step" | "expression" = "events") =>
    (await poolOf({ threads: 1 })).check({ accountId: "a", code, form });

  it("tells the events whose functions it declares, however it does, and runs none of it", async () => {
    const code = `function before_webhook() {}
      const after_webhook = () => { for (;;); };
      // function before_action() {}
      const text = "function after_action() {}";
      function other() { function after_error() {} }
      for (;;);`;
    expect(await check(code)).toEqual({ error: null, events: ["before_webhook", "after_webhook"] });
  });

  it.each([
    ["function f() {\n  return 1 +;\n}", "events", "unexpected token in expression: ';'", 2],
    ["\n\nlet x = 'abc", "events", "unexpected end of string", 3],
    ["/* never closed", "events", "unexpected end of comment", 1],
    ["const a = 1;\nlet a;", "events", "invalid redefinition of lexical identifier", 2],
    ["return 1", "events", "return not in a function", 1],
    ["return 1;\n}", "step", "Unexpected token '}'", 2],
    ["a b", "expression", "Unexpected identifier 'b'", 1],
  ] as const)("finds what is wrong in %j (%s)", async (code, form, message, line) => {
    const { error } = await check(code, form);
    expect(error).toMatchObject({ kind: "syntax", message, line });
  });

  it.each([
    ["return await cycle_variables", "step"],
    ["// nothing", "step"],
    ["steps.a // the first", "expression"],
    ["", "events"],
  ] as const)("finds nothing wrong in %j (%s)", async (code, form) => {
    expect(await check(code, form)).toEqual({ error: null, events: [] });
  });
});
