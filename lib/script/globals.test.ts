import { afterAll, beforeAll, expect, it } from "vitest";
import type { Json } from "@/lib/core/json";
import { type ScriptDataName, scriptData, scriptHelpers } from "./globals";
import type { ScriptPool } from "./pool";
import { newTestPool, PATIENT, runScript } from "./testing";

let pool: ScriptPool;
beforeAll(async () => {
  pool = await newTestPool({ limits: PATIENT });
});
afterAll(() => pool.close());

const everyDatum = Object.fromEntries(scriptData.map(({ name }) => [name, name])) as Record<ScriptDataName, Json>;

/** What a realm has of itself, and we left there. */
const JAVASCRIPT =
  /^([A-Z]\w*|parse(Int|Float)|is(NaN|Finite)|(de|en)codeURI(Component)?|(un)?escape|eval|undefined|globalThis|queueMicrotask|console)$/;

it("puts into a script what the tables list, and nothing else", async () => {
  const run = await runScript(pool, {
    code: "return Object.getOwnPropertyNames(globalThis)",
    globals: everyDatum,
  });
  const listed = [...scriptData, ...scriptHelpers].map(({ name }) => name);
  const found = (run.returned as string[]).filter((name) => !JAVASCRIPT.test(name));
  expect(found.toSorted()).toEqual(listed.toSorted());
});

it.each(scriptHelpers.filter(({ result }) => result !== undefined))(
  "$name gives what its example says",
  async (helper) => {
    const run = await runScript(pool, { entry: "expression", code: helper.example });
    expect(run.error).toBeNull();
    expect(run.returned).toEqual(helper.result);
  },
);

it.each(scriptHelpers)("$name is called as its signature says", async ({ name, signature, example }) => {
  expect(signature.startsWith(`${name}(`)).toBe(true);
  const run = await runScript(pool, { entry: "expression", code: example });
  expect(run.error).toBeNull();
});

it("has no name twice", () => {
  const names = [...scriptData, ...scriptHelpers].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it.each([
  ["hash('a', 'crc32')", "The algorithm must be one of sha1, sha256, sha384, sha512, md5"],
  ["hash({})", "TypeError: The text must be text"],
  ["base64_decode('a*b')", "The text is not base64"],
  ["base64_decode('/w==')", "The base64 holds bytes that are not text in UTF-8"],
  ["hex_decode('abc')", "The text is not hex"],
  ["hmac('a', 'zz', 'sha256', 'hex', 'hex')", "The text is not hex"],
  ["xml_parse('<a><b></a>')", "XML is not valid at line 1, column 10: unexpected close tag"],
  ["xml_parse('<!DOCTYPE a><a/>')", "XML with a DOCTYPE is not allowed"],
  ["csv_parse('a,b', ';')", "The delimiter must be a comma or a tab"],
  ["csv_format('a')", "The rows must be a list of objects"],
  ["date_parse('yesterday')", "The date can't be read"],
  ["date_add('2026-01-01', 1.5, 'day')", "TypeError: The amount must be a whole number"],
  ["date_add('2026-01-01', 1, 'fortnight')", "The unit must be one of"],
  ["date_add('2026-01-01', 1e15, 'years')", "The date is too far away"],
  ["date_format('2026-01-01', 'YYYY', 'Mars/Phobos')", "The time zone is not known"],
])("%s says what is wrong", async (code, message) => {
  const run = await runScript(pool, { entry: "expression", code });
  expect(run.error?.kind).toBe("thrown");
  expect(run.error?.message).toContain(message);
});
