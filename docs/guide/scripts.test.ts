import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scriptTemplates } from "@/components/fields/script/script-templates";
import { fences, readPage, section, table } from "@/docs/markdown";
import type { Json } from "@/lib/core/json";
import { MAX_SCRIPT_CHARS } from "@/lib/core/script";
import { MAX_CSV_CELLS } from "@/lib/script/csv-out";
import { scriptData, scriptHelpers } from "@/lib/script/globals";
import { MAX_HELPER_CHARS } from "@/lib/script/helpers";
import { defaultLimits, type ScriptEvent, type ScriptGlobals, scriptEvents } from "@/lib/script/job";
import type { ScriptPool } from "@/lib/script/pool";
import { newTestPool, PATIENT, runScript } from "@/lib/script/testing";

const { text } = readPage("docs/guide/scripts.md");
const inTable = (words: string) => words.replaceAll("|", "\\|");

let pool: ScriptPool;
beforeAll(async () => {
  pool = await newTestPool({ threads: 1, limits: PATIENT });
});
afterAll(() => pool.close());

/** The example of a use: what came, the code, and what becomes of it where the page shows it. */
function exampleOf(use: string) {
  const all = fences(section(text, `### ${use}`));
  const [given, becomes] = all
    .filter(({ language }) => language === "json")
    .map(({ code }) => JSON.parse(code) as Json);
  return { given: given as Json, becomes, code: all.find(({ language }) => language === "js")?.code ?? "" };
}

describe("the uses", { timeout: 60_000 }, () => {
  it.each(scriptTemplates)("$label is the code that the editor inserts", ({ label, code }) => {
    expect(exampleOf(label).code).toBe(code);
  });

  it("restructure the data as the page shows", async () => {
    const { given, becomes, code } = exampleOf("Restructure the data");
    const run = await runScript(pool, { entry: "after_webhook", code, globals: { method_request: given } });
    expect(run).toMatchObject({ error: null, stopped: false });
    expect(run.globals.method_request).toEqual(becomes);
  });

  it("refuse the request of the page, and let another one pass", async () => {
    const { given, code } = exampleOf("Refuse a request");
    const runOn = (method_request: Json) =>
      runScript(pool, { entry: "after_webhook", code, globals: { method_request } });
    expect(await runOn(given)).toMatchObject({ error: null, stopped: true });
    expect(await runOn({ id: "A-10", status: "despatched" })).toMatchObject({ error: null, stopped: false });
  });

  it("turn the GET of the page into a POST, and leave a POST alone", async () => {
    const { given, becomes, code } = exampleOf("Turn a GET into a POST");
    const runOn = async (globals: ScriptGlobals) =>
      (await runScript(pool, { entry: "before_webhook", code, globals })).globals;
    const get = { method_request_method: "GET", method_request: null, method_request_parameters: given };
    expect(await runOn(get)).toMatchObject({ method_request_method: "POST", method_request: becomes });
    const post = { ...get, method_request_method: "POST", method_request: { id: 1 } };
    expect(await runOn(post)).toEqual(post);
  });
});

describe("the functions around a call", { timeout: 60_000 }, () => {
  const runOf = async (label: string, entry: ScriptEvent, globals: ScriptGlobals) =>
    (await runScript(pool, { entry, code: exampleOf(label).code, globals })).globals;

  it("sign the request as others would", async () => {
    const globals = { method_request: { a: 1 }, method_request_headers: {}, cycle_variables: { signing_key: "k" } };
    const { method_request_headers: headers } = await runOf("Sign the request", "before_action", globals);
    expect(headers).toEqual({ "x-signature": createHmac("sha256", "k").update('{"a":1}').digest("hex") });
  });

  it("keep a part of the answer", async () => {
    const globals = { method_response: { id: 7, more: true } };
    const { method_response } = await runOf("Keep a part of the answer", "after_action", globals);
    expect(method_response).toEqual({ id: 7 });
  });

  it.each([
    [404, null],
    [500, { code: "request_failed", message: "no" }],
  ])("make of the error of a %s the error %j", async (status, left) => {
    const globals = { method_response_status: status, method_error: { code: "request_failed", message: "no" } };
    expect((await runOf("Take a 404 as an answer", "after_error", globals)).method_error).toEqual(left);
  });
});

it("tells of every event, in the order in which a step comes to them", () => {
  expect(table(text, "| function").map(([name]) => name)).toEqual(scriptEvents.map((event) => `\`${event}\``));
});

it("lists all data of scripts as it is", () => {
  const known = scriptData.map(({ name, signature, doc }) => [
    `\`${name}\``,
    `\`${inTable(signature)}\``,
    inTable(doc),
  ]);
  expect(table(text, "| name")).toEqual(known);
});

it("lists every helper as it is, with its example", () => {
  const known = scriptHelpers.map(({ signature, doc, example, result }) => {
    const gives = result === undefined ? "" : ` → \`${inTable(JSON.stringify(result))}\``;
    return [`\`${inTable(signature)}\``, inTable(doc), `\`${inTable(example)}\`${gives}`];
  });
  expect(table(text, "| helper")).toEqual(known);
});

it("gives the limits that hold", () => {
  const limits = new Map(table(text, "| what | limit").map(([what = "", limit = ""]) => [what, limit]));
  expect(limits.get("Time")).toMatch(new RegExp(`^${defaultLimits.cpuMs / 1000} second,`));
  expect(limits.get("Memory")).toBe(`${defaultLimits.memoryBytes / 2 ** 20} MiB`);
  expect(limits.get("Code")).toBe(`${MAX_SCRIPT_CHARS.toLocaleString("en")} characters`);
  expect(limits.get("What a helper takes, and what it gives")).toBe(
    `${MAX_HELPER_CHARS.toLocaleString("en")} characters`,
  );
  expect(limits.get("What `csv_format` writes")).toBe(`${MAX_CSV_CELLS.toLocaleString("en")} cells`);
  expect(limits.get("What is given back, all values together")).toBe(
    `${defaultLimits.outputChars.toLocaleString("en")} characters of JSON`,
  );
});
