import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ComparisonType,
  comparisonTypes,
  evaluateCondition,
  evaluateGroup,
  evaluateGroups,
  type Operator,
  operatorLabels,
  operators,
} from "./conditions";
import type { Json } from "./json";

const matches = (operator: Operator, type: ComparisonType, left?: Json, right?: Json) =>
  evaluateCondition({ operator, type }, { left, right }).matched;

type Row = [
  left: Json | undefined,
  operator: Operator,
  right: Json | undefined,
  type: ComparisonType,
  matched: boolean,
];

describe("evaluateCondition", () => {
  it.each<Row>([
    ["", "exists", undefined, "auto", true],
    [0, "exists", undefined, "auto", true],
    [null, "exists", undefined, "auto", false],
    [undefined, "exists", undefined, "auto", false],
    [undefined, "not-exists", undefined, "auto", true],
    [false, "not-exists", undefined, "auto", false],
    [undefined, "is-empty", undefined, "auto", true],
    [null, "is-empty", undefined, "auto", true],
    ["", "is-empty", undefined, "auto", true],
    [[], "is-empty", undefined, "auto", true],
    [{}, "is-empty", undefined, "auto", true],
    [" ", "is-empty", undefined, "auto", false],
    [0, "is-empty", undefined, "auto", false],
    [false, "is-empty", undefined, "auto", false],
    [[null], "is-empty", undefined, "auto", false],
  ])("%j %s (%j as %s) is %s", (left, operator, right, type, matched) => {
    expect(matches(operator, type, left, right)).toBe(matched);
  });

  it.each<Row>([
    ["open", "equals", "open", "auto", true],
    ["open", "equals", "Open", "auto", false],
    [10, "equals", "10", "auto", true],
    [10, "equals", "10.0", "auto", true],
    ["10", "equals", "10.0", "auto", false],
    ["007", "equals", "7", "auto", false],
    ["007", "equals", "7", "number", true],
    ["9007199254740993", "equals", "9007199254740992", "number", false],
    [true, "equals", "TRUE", "auto", true],
    [true, "equals", 1, "auto", true],
    ["yes", "equals", "true", "auto", false],
    ["yes", "equals", "true", "boolean", true],
    [null, "equals", undefined, "auto", true],
    [undefined, "equals", "", "auto", true],
    [0, "equals", "", "auto", false],
    [undefined, "equals", 0, "number", false],
    [{ a: 1, b: 2 }, "equals", '{"b":2,"a":1}', "auto", true],
    [[1, 2], "equals", [1, 2], "auto", true],
    [[1, 2], "equals", "[2,1]", "auto", false],
    ["2026-03-01T12:00:00Z", "equals", "2026-03-01T13:00:00+01:00", "date", true],
    ["2026-03-01T12:00:00Z", "equals", "2026-03-01T13:00:00+01:00", "auto", false],
    [10, "equals", "ten", "number", false],
    [10, "not-equals", "ten", "number", true],
    ["a", "not-equals", "a", "auto", false],
    [undefined, "not-equals", "a", "auto", true],
  ])("%j %s %j (as %s) is %s", (left, operator, right, type, matched) => {
    expect(matches(operator, type, left, right)).toBe(matched);
  });

  it.each<Row>([
    ["order created", "contains", "created", "auto", true],
    ["order created", "contains", "Created", "auto", false],
    [12_345, "contains", "234", "auto", true],
    [["red", "blue"], "contains", "blue", "auto", true],
    [["red", "blue"], "contains", "blu", "auto", false],
    [[1, 2], "contains", "2", "auto", true],
    [["1.0"], "contains", "1", "number", true],
    [{ color: "red" }, "contains", "color", "auto", true],
    [{ color: "red" }, "contains", "toString", "auto", false],
    [undefined, "contains", "a", "auto", false],
    [undefined, "contains", "", "auto", false],
    [undefined, "not-contains", "a", "auto", true],
    [["red"], "not-contains", "red", "auto", false],
    ["ORD-1", "starts-with", "ORD-", "auto", true],
    ["ORD-1", "starts-with", "ord-", "auto", false],
    [4_711, "starts-with", "47", "auto", true],
    ["a.pdf", "ends-with", ".pdf", "auto", true],
    ["a.pdf", "ends-with", ".png", "auto", false],
    ["DE", "in-list", "AT, DE, CH", "auto", true],
    ["D", "in-list", "AT, DE, CH", "auto", false],
    ["CH", "in-list", "AT\nDE\nCH\n", "auto", true],
    [2, "in-list", "1,2,3", "auto", true],
    ["b", "in-list", ["a", "b"], "auto", true],
    ["a,b", "in-list", '["a,b","c"]', "auto", true],
    ["", "in-list", "", "auto", false],
    ["ORD-42", "matches-pattern", "^ORD-\\d+$", "auto", true],
    [42, "matches-pattern", "^\\d{2}$", "auto", true],
    ["x", "matches-pattern", "^ORD", "auto", false],
    [undefined, "matches-pattern", "", "auto", false],
  ])("%j %s %j (as %s) is %s", (left, operator, right, type, matched) => {
    expect(matches(operator, type, left, right)).toBe(matched);
  });

  it.each<Row>([
    [10, "greater", "9", "auto", true],
    ["10", "greater", "9", "auto", true],
    ["10", "greater", "9", "text", false],
    ["12345678901234567890", "greater", "12345678901234567889", "auto", true],
    [10, "greater-or-equal", 10, "auto", true],
    [10, "greater", 10, "auto", false],
    [-1, "less", 0, "auto", true],
    ["b", "greater", "a", "auto", true],
    ["abc", "less-or-equal", "abc", "auto", true],
    ["2026-03-01T12:00:00+02:00", "less", "2026-03-01T11:00:00Z", "auto", true],
    [1_772_366_400, "greater-or-equal", "2026-03-01T12:00:00Z", "date", true],
    [undefined, "less", 5, "auto", false],
    [null, "less", 5, "number", false],
    [5, "greater", undefined, "auto", false],
    [true, "greater", false, "boolean", true],
  ])("%j %s %j (as %s) is %s", (left, operator, right, type, matched) => {
    expect(matches(operator, type, left, right)).toBe(matched);
  });

  it.each([
    ["number", "abc", 1, "The left value is not a number."],
    ["number", 1, "abc", "The right value is not a number."],
    ["date", "soon", "2026-01-01", "The left value is not a date."],
    ["boolean", true, "perhaps", "The right value is not a boolean."],
  ] as const)("says why values cannot be compared as %s", (type, left, right, problem) => {
    expect(evaluateCondition({ operator: "greater", type }, { left, right })).toEqual({
      operator: "greater",
      type,
      left,
      right,
      matched: false,
      problem,
    });
  });

  it("says what is wrong with a pattern", () => {
    const result = evaluateCondition({ operator: "matches-pattern", type: "auto" }, { left: "a", right: "(" });
    expect(result.matched).toBe(false);
    expect(result.problem).toContain("is not closed");
  });

  it("answers every operator and type for every value without an error", () => {
    const value = fc.oneof(
      fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json)) as Json),
      fc.constantFrom("1", "true", "2026-01-01", "a,b", "[1]", ""),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...operators),
        fc.constantFrom(...comparisonTypes),
        fc.option(value, { nil: undefined }),
        fc.option(value, { nil: undefined }),
        (operator, type, left, right) => {
          expect(typeof matches(operator, type, left, right)).toBe("boolean");
        },
      ),
    );
  });

  it.each([
    ["equals", "not-equals"],
    ["contains", "not-contains"],
    ["exists", "not-exists"],
  ] as const)("never answers the same for %s and %s", (operator, opposite) => {
    fc.assert(
      fc.property(fc.constantFrom(...comparisonTypes), fc.jsonValue(), fc.jsonValue(), (type, first, second) => {
        const [left, right] = [first as Json, second as Json];
        expect(matches(operator, type, left, right)).toBe(!matches(opposite, type, left, right));
      }),
    );
  });
});

describe("evaluateGroup", () => {
  const conditions = [
    { operator: "equals", type: "auto" },
    { operator: "greater", type: "number" },
  ] as const satisfies { operator: Operator; type: ComparisonType }[];
  const values = (first: Json, second: Json) => [
    { left: first, right: "a" },
    { left: second, right: 10 },
  ];

  it.each([
    ["and", "a", 11, true],
    ["and", "a", 9, false],
    ["or", "b", 11, true],
    ["or", "b", 9, false],
  ] as const)("joins with %s", (join, first, second, matched) => {
    expect(evaluateGroup({ join, conditions: [...conditions] }, values(first, second)).matched).toBe(matched);
  });

  it("gives each condition's outcome, also after one that has decided", () => {
    const { results } = evaluateGroup({ join: "and", conditions: [...conditions] }, values("b", 11));
    expect(results.map(({ matched, left, right }) => [matched, left, right])).toEqual([
      [false, "b", "a"],
      [true, 11, 10],
    ]);
  });

  it.each(["and", "or"] as const)("does not match without conditions (%s)", (join) => {
    expect(evaluateGroup({ join, conditions: [] }, [])).toEqual({ matched: false, results: [] });
  });
});

describe("evaluateGroups", () => {
  const exists = { operator: "exists", type: "auto" } as const;
  const group = { join: "and" as const, conditions: [exists] };

  it.each([
    ["and", 1, 1, true],
    ["and", 1, null, false],
    ["or", null, 1, true],
    ["or", null, null, false],
  ] as const)("joins groups with %s", (join, first, second, matched) => {
    const result = evaluateGroups({ join, groups: [group, group] }, [[{ left: first }], [{ left: second }]]);
    expect(result.matched).toBe(matched);
    expect(result.groups).toHaveLength(2);
  });
});

describe("operatorLabels", () => {
  it("has a label of its own for every operator", () => {
    expect(new Set(operators.map((operator) => operatorLabels[operator])).size).toBe(operators.length);
  });
});
