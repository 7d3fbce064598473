import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromDisplayText, toDisplayText, uniqueStepNames } from "./merge-display";
import { formatMergeText, parseMergeText } from "./merge-text";

const names = new Map([
  ["order", "Order"],
  ["find_customer", "Find customer"],
  ["odd", "A › B} v1.2\\"],
  ["variable", "Variable"],
  ["deleted", "Deleted step"],
]);
const ids = new Map(Array.from(names, ([id, name]) => [name, id]));
const bodyFirst = new Set(["order"]);

describe("toDisplayText and fromDisplayText", () => {
  it.each([
    ["no fields", "no fields"],
    ["{{order.body.order.id}}", "{{Order › order.id}}"],
    ["{{order.body}}", "{{Order}}"],
    ["{{order.body[0].id}}", "{{Order › [0].id}}"],
    ["{{order.query.page}}", "{{Order › query › page}}"],
    ['{{order.headers["x-id"]}}', "{{Order › headers › x-id}}"],
    ["{{order.headers}}", "{{Order › headers ›}}"],
    ["{{order}}", "{{Order ›}}"],
    ["Hi {{find_customer.body.name}}", "Hi {{Find customer › body.name}}"],
    ["{{find_customer}}", "{{Find customer}}"],
    ["{{odd.x}}", "{{A \\› B\\u007d v1.2\\\\ › x}}"],
    ["{{variable.x}}{{deleted.x}}", "{{\\Variable › x}}{{\\Deleted step › x}}"],
    ["{{var.region}}", "{{Variable › region}}"],
    ["{{gone.a[0]}}", "{{Deleted step › gone.a[0]}}"],
    ["\\{{order.x}}", "{{order.x}}"],
    ["{{Order › x}}", "\\{{Order › x}}"],
  ])("shows %j as %j and reads it back", (stored, display) => {
    expect(toDisplayText(stored, names, bodyFirst)).toBe(display);
    const normal = formatMergeText(parseMergeText(stored));
    expect(fromDisplayText(display, ids, bodyFirst)).toBe(normal);
  });

  it.each([["{{Unknown › x}}"], ["{{Order › a..b}}"], ["{{Find customer ›}}"], ["{{Order › a › b › }"]])(
    "keeps %j, which is no field, as text",
    (display) => expect(parseMergeText(fromDisplayText(display, ids, bodyFirst))).toEqual([display]),
  );

  it("forgives missing and extra spaces", () => {
    expect(fromDisplayText("{{ Order›order.id }}", ids, bodyFirst)).toBe("{{order.body.order.id}}");
  });

  it("reads back every text, whatever the names", () => {
    const anyName = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom("Variable", "Deleted step", "a.b", "{{x}}", "›", "\\", " › ", "order", "", " a ", "\\u007b"),
    );
    const segment = fc.oneof(fc.string(), fc.constantFrom("body", "query", "a", "›", "}}", "a › b"), fc.nat(9));
    const field = fc.record({
      stepId: fc.constantFrom("one", "two", "three", "gone", "var"),
      path: fc.array(segment, { maxLength: 4 }),
    });
    const literal = fc
      .array(fc.constantFrom("{{", "}}", "{", "\\", "one", "One", " › ", ".", "a", "Variable"), { maxLength: 7 })
      .map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(
        fc.uniqueArray(anyName, { minLength: 3, maxLength: 3 }),
        fc.array(fc.oneof(field, literal), { maxLength: 5 }),
        (stepNames, parts) => {
          const stored = formatMergeText(
            parts.filter((part, at) => typeof part !== "string" || typeof parts[at - 1] !== "string"),
          );
          const byId = new Map(["one", "two", "three"].map((id, index) => [id, stepNames[index] as string]));
          const byName = new Map(Array.from(byId, ([id, name]) => [name, id]));
          const first = new Set(["two"]);
          expect(fromDisplayText(toDisplayText(stored, byId, first), byName, first)).toBe(stored);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe("uniqueStepNames", () => {
  it("numbers the second and later steps of a name", () => {
    const steps = ["Order", "Order", "Order (2)", "Order", "Stop"].map((name, index) => ({ id: `s${index}`, name }));
    expect([...uniqueStepNames(steps).values()]).toEqual(["Order", "Order (3)", "Order (2)", "Order (4)", "Stop"]);
  });
});
