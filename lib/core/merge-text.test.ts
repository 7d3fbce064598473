import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatMergeText,
  listMergeFields,
  type MergeField,
  parseMergeText,
  renderMergeText,
  replaceStepIds,
  resolveMergeValue,
} from "./merge-text";
import { type Path, readPath } from "./path";

const field = (stepId: string, ...path: Path): MergeField => ({ stepId, path });

const anyPath = fc.array(fc.oneof(fc.string(), fc.constantFrom("a", "b.c", "}}", "›", "x y"), fc.nat(99)), {
  maxLength: 4,
});
const anyField = fc.record({ stepId: fc.constantFrom("order", "step_2", "var"), path: anyPath });
const anyLiteral = fc
  .array(fc.constantFrom("{", "}", "\\", "{{", "}}", "order", ".", "a", " ", "[0]", "\n", "text"), {
    minLength: 1,
    maxLength: 8,
  })
  .map((pieces) => pieces.join(""));

/** Parts as parsing gives them: no literal beside another. */
const anyParts = fc
  .array(fc.oneof(anyField, anyLiteral), { maxLength: 6 })
  .map((parts) => parts.filter((part, index) => typeof part !== "string" || typeof parts[index - 1] !== "string"));

describe("parseMergeText", () => {
  it.each([
    ["", []],
    ["plain text", ["plain text"]],
    ["{{order.id}}", [field("order", "id")]],
    ["Hello {{order.customer.name}}, thanks", ["Hello ", field("order", "customer", "name"), ", thanks"]],
    ["{{a.x}}{{b.y}}", [field("a", "x"), field("b", "y")]],
    ["{{step_id.path.to[0].field}}", [field("step_id", "path", "to", 0, "field")]],
    ['{{order["first name"]}}', [field("order", "first name")]],
    ["{{order[0]}}", [field("order", 0)]],
    ["{{ order.id }}", [field("order", "id")]],
    ["{{order}}", [field("order")]],
    ["{{var.region}}", [field("var", "region")]],
    ["{{{order.id}}}", ["{", field("order", "id"), "}"]],
  ])("reads %j", (text, parts) => expect(parseMergeText(text)).toEqual(parts));

  it.each([
    ["{{}}"],
    ["{{Order.id}}"],
    ["{{order.}}"],
    ["{{order..id}}"],
    ["{{order.[0]}}"],
    ["{{order id}}"],
    ["{{#each order}}"],
    ["{{order.id}"],
    ["{order.id}"],
    ["{{order.{id}}"],
    ["C:\\temp\\{2}"],
    ["\\{{ no field"],
  ])("leaves %j as it is", (text) => expect(parseMergeText(text)).toEqual([text]));

  it("leaves fields of unknown steps as they are", () => {
    const isStep = (stepId: string) => stepId === "order";
    expect(parseMergeText("{{order.id}} {{other.id}} {{var.x}}", isStep)).toEqual([
      field("order", "id"),
      " {{other.id}} ",
      field("var", "x"),
    ]);
  });

  it.each([
    ["\\{{order.id}}", ["{{order.id}}"]],
    ["\\\\{{order.id}}", ["\\", field("order", "id")]],
    ["\\\\\\{{order.id}}", ["\\{{order.id}}"]],
    ["C:\\\\{{order.id}}\\x", ["C:\\", field("order", "id"), "\\x"]],
  ])("undoes the escape of %j", (text, parts) => expect(parseMergeText(text)).toEqual(parts));

  it("gives back the parts that formatMergeText wrote", () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        expect(parseMergeText(formatMergeText(parts))).toEqual(parts);
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes time in proportion to the text", () => {
    expect(parseMergeText("{".repeat(200_000))).toHaveLength(1);
    expect(parseMergeText("\\".repeat(200_000))).toHaveLength(1);
    expect(parseMergeText("{{a.b".repeat(40_000))).toHaveLength(1);
  });
});

const data = { order: { id: 7, total: 12.5, open: true, lines: [{ sku: "x" }], note: null, text: "{{order.id}}" } };
const read = (stepId: string, path: Path) => readPath(data, [stepId, ...path]);

describe("renderMergeText", () => {
  it.each([
    ["no fields", "no fields"],
    ["#{{order.id}}: {{order.total}} {{order.open}}", "#7: 12.5 true"],
    ["{{order.lines}}", '[{"sku":"x"}]'],
    ["{{order.lines[0].sku}}", "x"],
    ["[{{order.note}}{{order.missing}}{{other.id}}]", "[]"],
    ["{{order.text}}", "{{order.id}}"],
    ["\\{{order.id}} {{not a field}}", "{{order.id}} {{not a field}}"],
    ["{{order.constructor}}{{order.__proto__}}", ""],
  ])("fills in %j", (text, rendered) => expect(renderMergeText(text, read)).toBe(rendered));
});

describe("resolveMergeValue", () => {
  it.each([
    ["{{order.id}}", 7],
    ["{{order.lines}}", [{ sku: "x" }]],
    ["{{order.note}}", null],
    ["{{order.missing}}", undefined],
    [" {{order.id}}", " 7"],
    ["{{order.id}}{{order.id}}", "77"],
    ["7", "7"],
    ["", ""],
    ["\\{{order.id}}", "{{order.id}}"],
  ])("gives %j its value", (text, value) => expect(resolveMergeValue(text, read)).toEqual(value));
});

describe("listMergeFields", () => {
  it("lists the fields in their order", () => {
    expect(listMergeFields("a {{x.y}} \\{{no.field}} {{var.z}}")).toEqual([field("x", "y"), field("var", "z")]);
  });
});

describe("replaceStepIds", () => {
  it("points fields at the copies and leaves all else alone", () => {
    const text = "{{order.id}} {{other.id}} \\{{order.id}} {{odd";
    expect(replaceStepIds(text, new Map([["order", "order_2"]]))).toBe(
      "{{order_2.id}} {{other.id}} \\{{order.id}} {{odd",
    );
  });
});
