import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ScriptJob, ScriptRun } from "./job";
import type { RunRequest } from "./messages";
import type { ScriptPool } from "./pool";
import { type Prepared, PreparedScripts } from "./prepared";
import { newTestPool, PATIENT, runScript } from "./testing";

let pool: ScriptPool;
beforeAll(async () => {
  pool = await newTestPool({ threads: 1, limits: PATIENT });
});
afterAll(() => pool.close());

/** Runs a function of events several times in the same thread; `job` gives what is different from one to the next. */
async function runs(code: string, job: (index: number) => Partial<ScriptJob> = () => ({})): Promise<ScriptRun[]> {
  const all: ScriptRun[] = [];
  for (let index = 0; index < 5; index++) {
    all.push(await runScript(pool, { entry: "after_webhook", code, ...job(index) }));
  }
  return all;
}

const returned = async (...args: Parameters<typeof runs>) => (await runs(...args)).map((run) => run.returned);

describe("a script that is run again and again", { timeout: 60_000 }, () => {
  it.each([
    ["let n = 0; const list = []; function after_webhook() { n++; list.push(n); return [n, list.length]; }", [1, 1]],
    ["let left = globalThis.mark ?? 0; globalThis.mark = 1; const after_webhook = () => { left++; return left; }", 1],
    ["let x = 0; Promise.resolve().then(() => { x = 1; }); async function after_webhook() { await 0; return ++x; }", 2],
    ["JSON.stringify = () => 'forged'; Array.prototype.map = 1; function after_webhook() { return [1]; }", [1]],
    ["const table = Array(1e5).fill(7); function after_webhook() { return table.pop() + table.length; }", 100_006],
    [
      "function* g() { yield 1; yield 2; } const it = g(); it.next(); function after_webhook() { return it.next().value; }",
      2,
    ],
  ])("finds each time what it made itself when it was read: %s", async (code, expected) => {
    expect(await returned(code)).toEqual(Array(5).fill(expected));
  });

  it("has the data, the time and the random numbers of each run, also where it takes them while it is read", async () => {
    const code = `const taken = [cycle_id, Date.now()];
      function after_webhook() { const now = [cycle_id, Date.now()]; cycle_id = "changed"; return [taken, now]; }`;
    const job = (index: number) => ({ globals: { cycle_id: `c${index}` }, nowMs: index });
    const expected = [0, 1, 2, 3, 4].map((index) => [`c${index}`, index]);
    expect(await returned(code, job)).toEqual(expected.map((each) => [each, each]));
    const inFunction = "function after_webhook() { return [cycle_id, Date.now()]; }";
    expect(await returned(inFunction, job)).toEqual(expected);
  });

  it.each([
    "const drawn = Math.random(); function after_webhook() { return [drawn, Math.random(), uuid()]; }",
    "function after_webhook() { return [Math.random(), uuid()]; }",
  ])("draws the same for the same seed and something else for another: %s", async (code) => {
    const seeds = ["0".repeat(32), "1".repeat(32), "0".repeat(32), "1".repeat(32), "2".repeat(32)];
    const drawn = (await returned(code, (index) => ({ seed: seeds[index]! }))).map((each) => JSON.stringify(each));
    expect([drawn[2], drawn[3]]).toEqual([drawn[0], drawn[1]]);
    expect(new Set(drawn).size).toBe(3);
  });

  it("writes to the console of each run, also while it is read", async () => {
    const all = await runs("log('read'); function after_webhook() { log('run'); }");
    expect(all.map((run) => run.console.map(({ text }) => text))).toEqual(Array(5).fill(["read", "run"]));
  });

  it("shares nothing with another account's of the same text, nor with other data or another function", async () => {
    const code = `globalThis.who ??= typeof cycle_id; function after_webhook() { const was = who; who = account_id; return was; }
      function before_webhook() { return "before " + who; }`;
    const job = (index: number) => {
      const accountId = "ab"[index % 2]!;
      return { accountId, globals: { account_id: accountId, ...(index > 2 ? { cycle_id: "c" } : {}) } };
    };
    const kinds = ["undefined", "undefined", "undefined", "string", "string"];
    expect(await returned(code, job)).toEqual(kinds);
    expect(await returned(code, (index) => ({ ...job(index), entry: "before_webhook" }))).toEqual(
      kinds.map((kind) => `before ${kind}`),
    );
  });

  it("fails each time in the same way", async () => {
    const failing = await runs("const a = 1;\nfunction after_webhook() {\n  a.b.c();\n}");
    for (const { error } of failing) expect(error).toEqual(failing[0]!.error);
    expect(failing[0]!.error).toMatchObject({ kind: "thrown", line: 3 });
    const hungry = await runs("function after_webhook() { const a = []; for (;;) a.push(new Uint8Array(1e5)); }");
    expect(hungry.map(({ error }) => error?.kind)).toEqual(Array(5).fill("memory"));
    const endless = await runs("function after_webhook() { for (;;); }", () => ({ limits: { cpuMs: 20 } }));
    expect(endless.map(({ error }) => error?.kind)).toEqual(Array(5).fill("timeout"));
    const broken = await runs("function after_webhook() { return 1 +; }");
    expect(broken.map(({ error }) => error?.kind)).toEqual(Array(5).fill("syntax"));
    expect((await runs("const other = 1;")).map(({ declared }) => declared)).toEqual(Array(5).fill(false));
  });
});

describe("prepared scripts", () => {
  const prepared = (index: number) => ({ main: index }) as unknown as Prepared;
  const use = (scripts: PreparedScripts, index: number) => {
    const found = scripts.find(`key ${index}`);
    if (!found) scripts.offer(`key ${index}`, () => prepared(index));
    return found !== undefined;
  };

  it("are kept from the second run on", () => {
    const scripts = new PreparedScripts();
    expect([1, 2, 1, 2, 1, 2].map((index) => use(scripts, index))).toEqual([false, false, false, false, true, true]);
  });

  it("keep their places while they are in use, and give them up when they are not", () => {
    const scripts = new PreparedScripts();
    const round = (from: number) => Array.from({ length: 16 }, (_, index) => use(scripts, from + index));
    round(0);
    round(0);
    expect(round(0)).toEqual(Array(16).fill(true));
    expect([use(scripts, 99), use(scripts, 99), use(scripts, 99)]).toEqual([false, false, false]);
    for (let run = 0; run < 300; run++) use(scripts, 0);
    expect([use(scripts, 99), use(scripts, 99), use(scripts, 0)]).toEqual([false, true, true]);
  });

  it("are of one account, one function, the same data and the same limit", () => {
    const request = {
      accountId: "a",
      entry: "after_webhook",
      code: "",
      globals: { cycle_id: "1" },
      limits: { memoryBytes: 1 },
    } as unknown as RunRequest;
    const others = [
      { accountId: "b" },
      { entry: "before_webhook" },
      { code: "1" },
      { globals: {} },
      { limits: { ...request.limits, memoryBytes: 2 } },
    ];
    const keys = [request, ...others.map((other) => ({ ...request, ...other }) as RunRequest)].map(
      PreparedScripts.keyOf,
    );
    expect(new Set(keys).size).toBe(keys.length);
    expect(PreparedScripts.keyOf({ ...request, globals: { cycle_id: "2" } })).toBe(keys[0]);
  });
});
