import { expect, test } from "vitest";
import type { Json } from "@/lib/core/json";
import type { Mapping } from "@/lib/core/mapping";
import { type Path, readPath } from "@/lib/core/path";
import { definitionOf } from "./definitions";
import { compileSettings } from "./resolve";
import type { Settings } from "./types";

const data: Record<string, Json> = {
  order: { body: { id: 7, lines: [{ sku: "A" }], empty: null, nested: { __proto: 1 } } },
  var: { rate: "1.5" },
};
const read = (stepId: string, path: Path) => readPath(data[stepId], path);

function resolve(type: string, settings: object): Settings {
  const definition = definitionOf(type)!;
  return compileSettings(definition, definition.settings.parse(settings) as Settings)(read);
}

const named = (value: Mapping) => ({ name: "x", value });

test.each<[Mapping, Json[]]>([
  [{ source: "value", text: "plain" }, ["plain"]],
  [{ source: "value", text: "{{order.body.id}}" }, [7]],
  [{ source: "value", text: "No. {{order.body.id}} at {{var.rate}}" }, ["No. 7 at 1.5"]],
  [{ source: "value", text: "{{order.body.lines}}" }, [[{ sku: "A" }]]],
  [{ source: "value", text: "Lines: {{order.body.lines}}" }, ['Lines: [{"sku":"A"}]']],
  [{ source: "value", text: "Nothing: {{order.body.gone}}" }, ["Nothing: "]],
  [{ source: "value", text: "\\{{order.body.id}}" }, ["{{order.body.id}}"]],
  [{ source: "step-field", stepId: "order", path: ["body", "lines", 0, "sku"] }, ["A"]],
  [{ source: "step-field", stepId: "order", path: ["body", "empty"] }, [null]],
  [{ source: "variable", name: "rate" }, ["1.5"]],
])("gives a mapping %j its value", (mapping, values) => {
  expect(resolve("set-fields", { fields: [named(mapping)] }).fields).toEqual(
    values.map((value) => ({ name: "x", value })),
  );
});

test.each<Mapping>([
  { source: "ignore" },
  { source: "value", text: "{{order.body.gone}}" },
  { source: "step-field", stepId: "order", path: ["body", "gone"] },
  { source: "step-field", stepId: "gone", path: [] },
  { source: "step-field", stepId: "order", path: ["constructor", "name"] },
  { source: "variable", name: "gone" },
])("leaves out a field whose mapping %j has no value", (mapping) => {
  expect(resolve("set-fields", { fields: [named(mapping)] }).fields).toEqual([]);
});

test("fills merge text and leaves what is no mapping as it is", () => {
  const settings = resolve("http-request", {
    url: "https://x/{{order.body.id}}",
    method: "PUT",
    authUser: "{{order}}",
  });
  expect(settings).toMatchObject({ url: "https://x/7", method: "PUT", authUser: "{{order}}" });
});

test("puts values on both sides of conditions", () => {
  const condition = {
    left: { source: "step-field", stepId: "order", path: ["body", "id"] },
    operator: "greater",
    right: { source: "value", text: "{{var.rate}}" },
  };
  expect(resolve("decision", { groups: [{ conditions: [condition] }] }).groups).toEqual([
    { join: "and", conditions: [{ left: 7, operator: "greater", type: "auto", right: "1.5" }] },
  ]);
});
