import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ScriptPool } from "./pool";
import { newTestPool, runScript } from "./testing";

let pool: ScriptPool;
beforeAll(async () => {
  pool = await newTestPool({ threads: 2, graceMs: 100 });
});
afterAll(() => pool.close());

const GLOBALS = { cycle_id: "c", method_request: { a: 1 } };

/** Runs code; whatever it does, the next runs are as if nothing had been. */
async function runOf(code: string, cpuMs = 10_000) {
  const run = await runScript(pool, { code, globals: GLOBALS, limits: { cpuMs } });
  const patient = { limits: { cpuMs: 10_000 } };
  const without = await runScript(pool, { ...patient, code: "return [typeof cycle_id, Object.keys({ b: 1 })]" });
  expect(without.returned).toEqual(["undefined", ["b"]]);
  const look = "return [cycle_id, method_request, typeof left]";
  const same = await runScript(pool, { ...patient, code: look, globals: GLOBALS });
  expect(same.returned).toEqual(["c", { a: 1 }, "undefined"]);
  return run;
}

const OUTSIDE =
  "[typeof process, typeof require, typeof module, typeof Buffer, typeof fetch, typeof Worker].every((t) => t === 'undefined')";

/** Gets hold of functions of ours that are on the stack above a script. */
const FRAMES = "Error.prepareStackTrace = (_, frames) => frames; const frames = () => new Error().stack;";

describe("what a script can name", { timeout: 60_000 }, () => {
  it.each([
    "Atomics",
    "SharedArrayBuffer",
    "WeakRef",
    "FinalizationRegistry",
    "performance",
    "WebAssembly",
    "Worker",
    "Intl",
    "setTimeout",
    "setInterval",
    "setImmediate",
    "structuredClone",
    "navigator",
    "process",
    "require",
    "gc",
    "print",
    "std",
    "os",
  ])("has no %s, which would wait, measure, share or reach out", async (name) => {
    const found = await runOf(`return [typeof ${name}, "${name}" in globalThis]`);
    expect(found.returned).toEqual(["undefined", false]);
  });

  it.each([
    `}); globalThis.left = 1; (async function () { return ${OUTSIDE}`,
    `return eval("}); 1") ?? ${OUTSIDE}`,
    `return new (class extends Function {})("return ${OUTSIDE}")()`,
    `return Reflect.construct(Function, ["return ${OUTSIDE}"], Array)()`,
    `return (async function* () {}).constructor("return ${OUTSIDE}")().next().then(({ value }) => value)`,
    `return [1].map(Function("return ${OUTSIDE}"))[0]`,
    `return "a".replace(/a/, Function("return ${OUTSIDE}")) === "true"`,
    `${FRAMES} return frames().map((frame) => frame.getFunction().constructor("return ${OUTSIDE}")()).every(Boolean)`,
    `const get = Object.getOwnPropertyDescriptor(globalThis, "method_request").get;
     return get.constructor("return ${OUTSIDE}")() && get.call(null).a === 1`,
  ])("is the same wherever its code comes from: %s", async (code) => {
    const { error, returned } = await runOf(code);
    expect([true, undefined]).toContain(returned);
    expect([undefined, "syntax", "thrown"]).toContain(error?.kind);
    expect(returned === true || error !== null).toBe(true);
  });

  it.each([
    `${FRAMES} frames()[1].getFunction()(() => "left"); return 1`,
    `${FRAMES} frames()[1].getFunction()(() => new Promise(() => {})); return 1`,
    `${FRAMES} return { toJSON: () => (frames().at(-1).getFunction()(), 1) }`,
  ])("is of no use where it is ours: %s", async (code) => {
    const { error, returned } = await runOf(code);
    expect([1, undefined]).toContain(returned);
    expect([undefined, "thrown"]).toContain(error?.kind);
  });

  it.each([
    "return new Error().stack",
    "try { hash(1n) } catch (error) { return error.stack + error.message }",
    "try { hash('a', 'b') } catch (error) { return error.stack + error.message }",
    "try { xml_parse('<') } catch (error) { return error.stack + error.message }",
    "try { csv_format(1) } catch (error) { return error.stack + error.message }",
    "try { await import('fs') } catch (error) { return error.stack + error.message }",
    "try { JSON.parse('{') } catch (error) { return error.stack + error.message }",
    "try { (function f() { f() })() } catch (error) { return error.stack + error.message }",
    "try { eval('(') } catch (error) { return error.stack + error.message }",
    "return String(hash) + String(log) + String(Math.random) + String(console.log)",
  ])("shows no place of the machine that it runs on: %s", async (code) => {
    const { returned } = await runOf(code);
    expect(returned).toEqual(expect.any(String));
    expect(returned).not.toMatch(/node:|node_modules|file:|\.[cm]?[jt]s\b|[A-Z]:\\/);
    expect(returned).not.toContain(process.cwd());
  });
});

const LISTS = "const list = []; list.length = 2 ** 32 - 1;";

describe("what would never end, or fill the memory", { timeout: 60_000 }, () => {
  it.each([
    ["const f = () => [2, 1].sort(f); f()", "stack"],
    ["return JSON.parse('[1]', function f() { return JSON.parse('[1]', f) })", "stack"],
    [`return JSON.parse('{"a":'.repeat(1e5) + "1" + "}".repeat(1e5))`, "stack"],
    ["let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return String(a)", "stack"],
    ["let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x", "stack"],
    ["function* g(n) { yield* g(n + 1) } return [...g(0)]", "stack"],
    ["const f = async (n) => await f(n + 1); return await f(0)", "stack"],
    ["class A { constructor() { new A() } } new A()", "stack"],
    ["const o = { get a() { return this.a } }; return o.a", "stack"],
    ["const o = { [Symbol.toPrimitive]() { return +this } }; return +o", "stack"],
    ["return eval('!'.repeat(1e6) + '1')", "stack"],
    ["return new RegExp('('.repeat(1e5) + ')'.repeat(1e5))", "thrown"],
    ["return new RegExp('(?:'.repeat(3e3) + 'a' + ')*'.repeat(3e3))", "thrown"],
    ["return /(?:a{0,65535}){0,65535}b/.test('a'.repeat(1e5))", "timeout"],
    ["return /(?=(a+))a*b\\1/.test('a'.repeat(1e5))", "timeout"],
    ["const r = /a/; r.exec = () => { for (;;); }; return 'a'.replace(r, 'b')", "timeout"],
    [`${LISTS} return list`, "timeout"],
    [`${LISTS} return list.sort()`, "timeout"],
    [`${LISTS} return list.flat()`, "timeout"],
    ["return 10n ** 10000000n > 1n", "timeout"],
    ["const t = { then(done) { done(t) } }; return t", "timeout"],
    ["Object.defineProperty(Object.prototype, 'then', { get() { for (;;); } }); return {}", "timeout"],
    ["Object.defineProperty(globalThis, 'cycle_id', { get() { for (;;); } }); return 1", "timeout"],
    ["Error.prepareStackTrace = () => { for (;;); }; throw new Error('a')", "timeout"],
    ["throw new Proxy({}, { getPrototypeOf() { for (;;); } })", "timeout"],
    ["for (;;) Promise.reject(1)", "timeout"],
    ["for (;;) log('x'.repeat(4000))", "timeout"],
    ["for (;;) hash('a'.repeat(1e6), 'sha512')", "timeout"],
    ["for (;;) date_format(0, 'MMMM dddd Z', 'Europe/London')", "timeout"],
    ["const all = []; for (;;) queueMicrotask(all.push.bind(all, 'x'.repeat(1e4) + all.length))", "memory"],
    ["let s = ''; for (;;) s += 'abcdefgh'.repeat(1e4)", "memory"],
    ["return 'a'.padEnd(2 ** 29)", "memory"],
    ["return Array.from({ length: 2 ** 32 - 1 })", "memory"],
    [
      "const all = []; for (;;) { all.push(new ArrayBuffer(8, { maxByteLength: 2 ** 24 })); all.at(-1).resize(2 ** 20) }",
      "memory",
    ],
    ["const all = []; for (;;) all.push(new ArrayBuffer(2 ** 20).transfer(2 ** 21))", "memory"],
    ["return Array(100).fill('x'.repeat(2 ** 20))", "memory"],
    ["cycle_id = method_request = 'x'.repeat(6e6)", "too-large"],
    ["cycle_id = Array(100_001).fill(0)", "too-large"],
    ["return csv_format(Array.from({ length: 2e4 }, (_, i) => ({ [i]: 1 })))", "thrown"],
    ["return xml_parse('<a>'.repeat(1e5))", "thrown"],
    ["return base64_encode('a'.repeat(4e6))", "thrown"],
  ])("%s ends as %s, and nothing after it", async (code, kind) => {
    const { error, globals } = await runOf(code, kind === "timeout" ? 50 : 10_000);
    expect(error?.kind).toBe(kind);
    expect(globals).toEqual(GLOBALS);
  });
});

describe("what a script says of itself", { timeout: 60_000 }, () => {
  it.each([
    ["cycle_id = { toJSON: () => '=\\n=' }", "=\n="],
    ["Object.defineProperty(globalThis, 'cycle_id', { value: '=' })", "="],
    ["let n = 0; cycle_id = { get a() { return n++ } }", { a: 0 }],
    [
      "cycle_id = new Proxy({}, { ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }), get: (_, key) => key })",
      { a: "a" },
    ],
    ["cycle_id = Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } })", { own: 2 }],
    ["cycle_id = new Uint8Array([1, 2])", { 0: 1, 1: 2 }],
  ])("of a value, %s, is read as data once", async (code, expected) => {
    const { globals, error } = await runOf(code);
    expect(error).toBeNull();
    expect(globals).toEqual({ ...GLOBALS, cycle_id: expected });
  });

  it.each([
    ["throw Object.create(null)", "{} was thrown"],
    ["throw Symbol('a')", "Symbol(a) was thrown"],
    ["throw { get name() { throw 1 } }", "[object] was thrown"],
    ["throw new Proxy(new Error('a'), { get() { throw 2 } })", "The script threw an error that can't be shown"],
    ["throw Object.assign(new Error('a\\n\"b'), { stack: 5 })", 'a\n"b'],
    ["throw Object.assign(new Error('a'), { stack: '    at evil (script:99999:1)\\n'.repeat(1e4) })", "a"],
    ["Error.prepareStackTrace = () => { throw 1 }; throw new Error('a')", "a"],
  ])("when it throws, %s, is shown as text", async (code, message) => {
    const { error } = await runOf(code);
    expect(error).toMatchObject({ kind: "thrown", message });
    expect(error?.line ?? 1).toBe(1);
    expect(error?.stack?.length ?? 0).toBeLessThan(4_000);
  });
});
