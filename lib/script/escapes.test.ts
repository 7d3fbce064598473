import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "@/lib/core/json";
import type { ScriptPool } from "./pool";
import { newTestPool, PATIENT, runScript } from "./testing";

let pool: ScriptPool;
beforeAll(async () => {
  pool = await newTestPool({ threads: 2, graceMs: 100, limits: PATIENT });
});
afterAll(() => pool.close());

const returned = async (code: string, globals = {}) => {
  const run = await runScript(pool, { code, globals, limits: PATIENT });
  expect(run.error).toBeNull();
  return run.returned;
};

/** Runs code; whatever it does, the next run is as if nothing had been. */
async function failureOf(code: string, cpuMs = 5_000) {
  const { error } = await runScript(pool, { code, limits: { cpuMs } });
  expect(await returned("return [1, 2].concat(Object.keys({ a: 1 }))")).toEqual([1, 2, "a"]);
  return error?.kind;
}

describe("the way out", { timeout: 60_000 }, () => {
  it.each([
    "return typeof this.constructor.constructor('return process')",
    "return Function('return typeof process + typeof require + typeof module + typeof Buffer')()",
    "return (0, eval)('typeof process + typeof require + typeof module + typeof Buffer')",
    "return (async function(){}).constructor('return typeof process + typeof require + typeof module + typeof Buffer')()",
    "return (function*(){}).constructor('yield typeof process + typeof require + typeof module + typeof Buffer')().next().value",
    "return log.constructor('return typeof process + typeof require + typeof module + typeof Buffer')()",
    "return console.log.bind.constructor('return typeof process + typeof require + typeof module + typeof Buffer')()",
    "try { hash(1n) } catch (e) { return e.constructor.constructor('return typeof process + typeof require + typeof module + typeof Buffer')() }",
    "try { hash('a', 'b') } catch (e) { return e.constructor.constructor('return typeof process + typeof require + typeof module + typeof Buffer')() }",
    "return steps.constructor.constructor('return typeof process + typeof require + typeof module + typeof Buffer')()",
  ])("is closed to %s", async (code) => {
    expect(await returned(code, { steps: {} })).toMatch(/^(undefined){4}$|^function$/);
  });

  it("has no modules", async () => {
    expect(await returned("try { return await import('fs') } catch (e) { return e.name }")).not.toEqual({});
    expect(await failureOf("return await import('std')")).toBe("thrown");
    expect(await failureOf("import fs from 'fs'")).toBe("syntax");
  });

  it("shows a clock that stands still, in UTC, and no other", async () => {
    const zone = process.env.TZ;
    process.env.TZ = "America/New_York";
    try {
      const code = `const from = Date.now(); for (let i = 0; i < 1e5; i++);
        return [Date.now() - from, new Date().toISOString(), new Date(2020, 6, 1).getTimezoneOffset(), typeof performance]`;
      expect(await returned(code)).toEqual([0, "2023-12-31T23:59:59.999Z", 0, "undefined"]);
    } finally {
      process.env.TZ = zone;
      // A variable set to undefined would read "undefined".
      Reflect.deleteProperty(process.env, zone === undefined ? "TZ" : "");
    }
  });

  it("gives the same random numbers for the same seed, others without one", async () => {
    const code = "return [Math.random(), Math.random(), uuid(), uuid()]";
    const run = async (seed?: string) => (await runScript(pool, { code, seed })).returned as Json[];
    const [one, two] = [await run("00112233445566778899aabbccddeeff"), await run("00112233445566778899aabbccddeeff")];
    expect(one).toEqual(two);
    expect(new Set([...one, ...(await run()), ...(await run())]).size).toBe(12);
    expect(one[2]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe("the limits", { timeout: 60_000 }, () => {
  it.each([
    ["while (true);", "timeout"],
    ["for (;;) try { for (;;); } catch {} finally { for (;;); }", "timeout"],
    [
      "function* g() { try { for (;;) yield 1 } finally { for (;;); } } for (const x of g()) try { for (;;); } catch {}",
      "timeout",
    ],
    ["async function* g() { for (;;) yield 1 } for await (const x of g());", "timeout"],
    ["const again = () => Promise.resolve().then(again); await again()", "timeout"],
    ["const again = () => queueMicrotask(again); again()", "timeout"],
    [
      "const f = async () => { try { await f2() } finally { await f() } }; const f2 = async () => { throw 1 }; await f()",
      "timeout",
    ],
    ["const p = new Proxy({}, { get: () => p }); let q = p; for (;;) q = q.x", "timeout"],
    ["return { toJSON() { for (;;); } }", "timeout"],
    ["return { get a() { for (;;); } }", "timeout"],
    ["return new Proxy([], { get() { for (;;); } })", "timeout"],
    ["return { then(done) { for (;;); } }", "timeout"],
    ["throw { toString() { for (;;); }, get message() { for (;;); } }", "timeout"],
    ["throw Object.defineProperty(new Error(), 'message', { get() { for (;;); } })", "timeout"],
    ["log({ toJSON() { for (;;); } })", "timeout"],
    ["return /^(a+)+$/.test('a'.repeat(40) + 'b')", "timeout"],
    ["return /(x+x+)+y/.test('x'.repeat(100))", "timeout"],
    ["return 'a'.repeat(1e6).replace(/(a*)*b/g, '')", "timeout"],
    ["return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)", "timeout"],
    ["return Array(2 ** 25).join('abc')", "timeout"],
    ["let a = []; for (let i = 0; i < 40; i++) a = [a, a]; return a.flat(Infinity)", "timeout"],
    ["return 'x'.repeat(2 ** 30)", "thrown"],
    ["return 'x'.repeat(2 ** 26)", "memory"],
    ["let s = 'a'; for (;;) s += s + 1", "thrown"],
    ["const a = []; for (;;) a.push(new Uint8Array(1e5))", "memory"],
    ["return new ArrayBuffer(8, { maxByteLength: 2 ** 31 - 1 }).resize(2 ** 31 - 1)", "memory"],
    ["return new Uint8Array(2 ** 30)", "memory"],
    ["(function f() { f() })()", "stack"],
    ["const f = (...a) => [1].map(() => f(...a)); f()", "stack"],
    ["return JSON.parse('['.repeat(1e5))", "stack"],
    ["return eval('('.repeat(1e5) + ')'.repeat(1e5))", "stack"],
    ["const o = {}; o.o = o; return o", "thrown"],
    ["return { n: 1n }", "thrown"],
    ["return new Promise(() => {})", "thrown"],
    ["let a = []; for (let i = 0; i < 200; i++) a = [a]; return a", "too-large"],
    ["return Array.from({ length: 100001 }, () => 0)", "too-large"],
    ["return 'x'.repeat(11 * 2 ** 20)", "too-large"],
  ])("end %s as %s, and nothing after it", async (code, kind) => {
    expect(await failureOf(code, kind === "timeout" ? 50 : 5_000)).toBe(kind);
  });

  it("leave the values as they were given when the script fails", async () => {
    const run = await runScript(pool, {
      code: "cycle_variables.a = 2; throw 1",
      globals: { cycle_variables: { a: 1 } },
    });
    expect(run.error).toMatchObject({ kind: "thrown", message: "1 was thrown" });
    expect(run.globals).toEqual({ cycle_variables: { a: 1 } });
  });

  it("cut the console at 200 lines, and a long one in the middle", async () => {
    const many = await runScript(pool, {
      code: "for (let i = 0; i < 1e5; i++) log(i); return 1",
      limits: PATIENT,
    });
    expect(many).toMatchObject({ error: null, returned: 1, consoleIsCut: true });
    expect(many.console).toHaveLength(200);
    const long = await runScript(pool, {
      code: "for (let i = 0; i < 20; i++) console.warn('x'.repeat(1e5))",
      limits: PATIENT,
    });
    expect(long.console.reduce((sum, { text }) => sum + text.length, 0)).toBe(32_768);
    expect(long.consoleIsCut).toBe(true);
  });

  it("keep the console of a script that took too long", async () => {
    const patient = await newTestPool({ threads: 1 });
    const run = await runScript(patient, { code: "log('before'); for (;;);", limits: { cpuMs: 50 } });
    await patient.close();
    expect(run.error).toEqual({ kind: "timeout", message: "The script took longer than 50 ms" });
    expect(run.console).toEqual([{ level: "log", text: "before" }]);
  });
});

describe("what comes back", { timeout: 60_000 }, () => {
  it.each([
    ["[NaN, Infinity, -0, undefined, () => 1, Symbol('a')]", [null, null, 0, null, null, null]],
    [
      "{ date: new Date(), map: new Map([[1, 2]]), set: new Set([1]), gone: undefined, re: /a/ }",
      { date: "2023-12-31T23:59:59.999Z", map: {}, set: {}, re: {} },
    ],
    ["new Proxy({ a: 1 }, {})", { a: 1 }],
    ["{ get a() { return 1 }, [Symbol('b')]: 2 }", { a: 1 }],
    ["'\\u0000 \\n \\ud800 \\u2028 ü'", "\u0000 \n \ud800 \u2028 ü"],
    ['JSON.parse(\'{"__proto__": { "bad": 1 }, "a": [{ "__proto__": 1 }]}\')', { a: [{}] }],
    ["{ constructor: { prototype: { bad: 1 }, a: 1 } }", { constructor: { a: 1 } }],
    ['{ toJSON() { return JSON.parse(\'{"__proto__": { "bad": 1 }}\') } }', {}],
    ["Promise.resolve(3)", 3],
    ["null", null],
  ])("of %s is plain JSON", async (expression, expected) => {
    const value = await returned(`return (${expression})`);
    expect(value).toEqual(expected);
    expect(Object.assign({}, value)).not.toHaveProperty("bad");
    expect(JSON.stringify(value)).not.toContain("__proto__");
    expect(({} as { bad?: number }).bad).toBeUndefined();
  });

  it("is undefined for nothing and for a function", async () => {
    expect(await returned("")).toBeUndefined();
    expect(await returned("return () => 1")).toBeUndefined();
  });

  it.each([
    "Object.prototype.toJSON = () => 'forged'",
    "Array.prototype.toJSON = () => 'forged'; String.prototype.toJSON = () => 'forged'",
    "JSON.stringify = () => 'forged'; JSON.parse = () => 'forged'",
    "Object.defineProperty(Object.prototype, 'get', { get() { throw 'forged' } })",
    "Object.defineProperty(Array.prototype, '0', { set() { throw 'forged' } })",
    "Array.prototype.push = Array.prototype.map = String.prototype.slice = () => 'forged'",
    "Promise.prototype.then = Promise.resolve = () => { throw 'forged' }",
    "Function.prototype.call = Function.prototype.apply = () => 'forged'",
    "String.prototype.split = () => []; Object.getOwnPropertyDescriptor = () => undefined",
    "Object.prototype.error = { kind: 'forged' }; Object.prototype.returned = 'forged'; Object.prototype.value = 'forged'",
    "Object.setPrototypeOf(globalThis, new Proxy({}, { get() { throw 'forged' }, has: () => true }))",
    "hash = base64_encode = log = console = undefined; delete globalThis.hmac; delete globalThis.csv_parse",
    "const all = globalThis; for (const key of Reflect.ownKeys(all)) delete all[key]",
    "Object.freeze(Object.prototype); Object.freeze(globalThis)",
  ])("and the next run survive %s", async (tampering) => {
    const code = `${tampering}; return ("a" + 1)`;
    const run = await runScript(pool, { code, globals: { cycle_id: "c" }, limits: PATIENT });
    expect(run.returned).toBe("a1");
    expect(["c", null]).toContain(run.globals.cycle_id);
    const next =
      "return [hash('abc', 'md5'), JSON.stringify({ a: [1] }), [1].map((x) => x + 1), await Promise.resolve(cycle_id)]";
    expect(await returned(next, { cycle_id: "d" })).toEqual([
      "900150983cd24fb0d6963f7d28e17f72",
      '{"a":[1]}',
      [2],
      "d",
    ]);
  });

  it("shares nothing between two runs", async () => {
    const leave = `globalThis.left = "secret"; Array.left = "secret"; Object.prototype.left = "secret"; log.left = "secret";
      Math.left = "secret"; console.left = "secret"; Symbol.for("left").description; JSON.left = "secret"; var left2 = "secret"; return 1`;
    const look = `return [typeof left, typeof left2, [Array, {}, log, Math, console, JSON].map((each) => typeof each.left)]`;
    const runs = Array.from({ length: 10 }, (_, index) => [
      runScript(pool, { accountId: "a", code: leave }),
      runScript(pool, { accountId: ["a", "b"][index % 2], code: look }),
    ]).flat();
    const looks = (await Promise.all(runs)).filter(({ returned }) => returned !== 1);
    expect(looks).toHaveLength(10);
    const nothing = "undefined";
    for (const { returned } of looks) expect(returned).toEqual([nothing, nothing, Array(6).fill(nothing)]);
  });
});
