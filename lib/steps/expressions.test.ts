import { expect, it } from "vitest";
import { definitionOf } from "./definitions";
import { expressionsOf } from "./expressions";
import { compileSettings } from "./resolve";
import { shownFields } from "./shown-fields";
import type { Settings } from "./types";

const script = (code: string) => ({ source: "script", code });
const parsed = (type: string, settings: object): Settings => definitionOf(type)!.settings.parse(settings) as Settings;

/** Place and code of the expressions that count. */
function found(type: string, settings: object, midCycle = true): string[] {
  const given = parsed(type, settings);
  const shown = shownFields(definitionOf(type)!, given, { midCycle });
  return expressionsOf(shown, given).map(({ place, mapping }) => `${place}: ${mapping.code}`);
}

const condition = (left: object, operator: string, right: object) => ({ left, operator, right });
const typed = { source: "value", text: "1" };

it("are found in lists of fields, by their names", () => {
  const fields = [
    { name: "id", value: typed },
    { name: "total", value: script("1 + 1") },
    { name: "", value: script("2") },
  ];
  expect(found("set-fields", { fields })).toEqual(["total in Fields: 1 + 1", "field 3 in Fields: 2"]);
});

it("are found on both sides of conditions that have two", () => {
  const conditions = [condition(script("a"), "equals", script("b")), condition(script("c"), "exists", script("d"))];
  expect(found("decision", { groups: [{ conditions }] })).toEqual([
    "the value in condition 1: a",
    "what condition 1 compares with: b",
    "the value in condition 2: c",
  ]);
  const groups = [{ conditions: [condition(typed, "equals", typed)] }, { conditions }];
  expect(found("decision", { groups })[0]).toBe("the value in condition 1 of group 2: a");
});

it("count only where their field does", () => {
  const webhook = { matchExisting: script("a") };
  expect(found("webhook", webhook)).toEqual(["Property of the transaction: a"]);
  expect(found("webhook", webhook, false)).toEqual([]);
  const call = { method: "POST", body: [{ name: "n", value: script("a") }] };
  expect(found("http-request", call)).toEqual(["n in Body fields: a"]);
  expect(found("http-request", { ...call, bodyKind: "raw" })).toEqual([]);
  expect(found("http-request", { ...call, method: "GET" })).toEqual([]);
});

it("stand in the settings with the values that the sandbox gave, and are left out without one", () => {
  const settings = parsed("set-fields", {
    fields: [
      { name: "a", value: script("first") },
      { name: "b", value: script("second") },
      { name: "c", value: script("first") },
    ],
  });
  const values = new Map(
    expressionsOf(definitionOf("set-fields")!.fields, settings).map(({ mapping }, index) => [
      mapping,
      index === 1 ? undefined : index,
    ]),
  );
  const resolved = compileSettings(definitionOf("set-fields")!, settings)(
    () => undefined,
    (mapping) => values.get(mapping),
  );
  expect(resolved.fields).toEqual([
    { name: "a", value: 0 },
    { name: "c", value: 2 },
  ]);
});
