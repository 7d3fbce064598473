import { parseDate, parseIsoDate } from "./dates";
import { isJsonObject, type Json, jsonEquals, jsonToText, safeJsonParse } from "./json";
import { compareDecimals, parseDecimal } from "./numbers";
import { compilePattern } from "./pattern";
import { PatternError } from "./pattern-syntax";

export const operators = [
  "exists",
  "not-exists",
  "equals",
  "not-equals",
  "contains",
  "not-contains",
  "starts-with",
  "ends-with",
  "greater",
  "greater-or-equal",
  "less",
  "less-or-equal",
  "is-empty",
  "in-list",
  "matches-pattern",
] as const;
export type Operator = (typeof operators)[number];

/** Operators as people read them between the two values. */
export const operatorLabels: Record<Operator, string> = {
  exists: "exists",
  "not-exists": "does not exist",
  equals: "equals",
  "not-equals": "does not equal",
  contains: "contains",
  "not-contains": "does not contain",
  "starts-with": "starts with",
  "ends-with": "ends with",
  greater: "is greater than",
  "greater-or-equal": "is greater than or equal to",
  less: "is less than",
  "less-or-equal": "is less than or equal to",
  "is-empty": "is empty",
  "in-list": "is in the list",
  "matches-pattern": "matches the pattern",
};

/** Operators that look at the left value alone. */
export const unaryOperators: ReadonlySet<Operator> = new Set(["exists", "not-exists", "is-empty"]);

/** Operators that compare as the chosen type; the others compare as text or look at what is there. */
export const typedOperators: ReadonlySet<Operator> = new Set([
  "equals",
  "not-equals",
  "contains",
  "not-contains",
  "greater",
  "greater-or-equal",
  "less",
  "less-or-equal",
  "in-list",
]);

/** How values are compared. `auto` compares as numbers or booleans when one value is one and the other can be read as one, else as text. */
export const comparisonTypes = ["auto", "text", "number", "date", "boolean"] as const;
export type ComparisonType = (typeof comparisonTypes)[number];

export type Join = "and" | "or";
export type Comparison = { operator: Operator; type: ComparisonType };
export type ComparedValues = { left?: Json; right?: Json };

export type ConditionResult = Comparison &
  ComparedValues & {
    matched: boolean;
    /** Why the values could not be compared, as a sentence. */
    problem?: string;
  };
export type GroupResult = { matched: boolean; results: ConditionResult[] };
export type GroupsResult = { matched: boolean; groups: GroupResult[] };

/** Compares two values that are already resolved. Values that cannot be compared as the type don't match, so they are not equal. */
export function evaluateCondition({ operator, type }: Comparison, { left, right }: ComparedValues): ConditionResult {
  const outcome = compare({ operator, type, left, right });
  return { operator, type, left, right, ...outcome };
}

/** Evaluates a group's conditions, each with its values at the same index. A group without conditions does not match. */
export function evaluateGroup(group: { join: Join; conditions: Comparison[] }, values: ComparedValues[]): GroupResult {
  const results = group.conditions.map((condition, index) => evaluateCondition(condition, values[index] ?? {}));
  return { matched: joinAll(group.join, results), results };
}

/** Evaluates groups joined by `join`, each with its own conditions' values. Without groups nothing matches. */
export function evaluateGroups(
  { join, groups }: { join: Join; groups: { join: Join; conditions: Comparison[] }[] },
  values: ComparedValues[][],
): GroupsResult {
  const results = groups.map((group, index) => evaluateGroup(group, values[index] ?? []));
  return { matched: joinAll(join, results), groups: results };
}

function joinAll(join: Join, results: { matched: boolean }[]): boolean {
  if (results.length === 0) return false;
  return join === "and" ? results.every(({ matched }) => matched) : results.some(({ matched }) => matched);
}

type Outcome = { matched: boolean; problem?: string };
type Compared = Comparison & ComparedValues;

function compare({ operator, type, left, right }: Compared): Outcome {
  switch (operator) {
    case "exists":
      return { matched: exists(left) };
    case "not-exists":
      return { matched: !exists(left) };
    case "is-empty":
      return { matched: isEmpty(left) };
    case "equals":
      return equals(type, left, right);
    case "not-equals":
      return not(equals(type, left, right));
    case "contains":
      return { matched: contains(type, left, right) };
    case "not-contains":
      return { matched: !contains(type, left, right) };
    case "starts-with":
      return { matched: jsonToText(left).startsWith(jsonToText(right)) };
    case "ends-with":
      return { matched: jsonToText(left).endsWith(jsonToText(right)) };
    case "greater":
      return ordered(type, left, right, (order) => order > 0);
    case "greater-or-equal":
      return ordered(type, left, right, (order) => order >= 0);
    case "less":
      return ordered(type, left, right, (order) => order < 0);
    case "less-or-equal":
      return ordered(type, left, right, (order) => order <= 0);
    case "in-list":
      return { matched: toList(right).some((item) => equals(type, left, item).matched) };
    case "matches-pattern":
      return matchesPattern(left, right);
    default:
      return operator satisfies never;
  }
}

function not({ matched, problem }: Outcome): Outcome {
  return { matched: !matched, problem };
}

/** Null counts as missing: most senders write it for a value that they don't have. */
function exists(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}

function isEmpty(value: Json | undefined): boolean {
  if (!exists(value) || value === "") return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.keys(value).length === 0;
}

function equals(type: ComparisonType, left: Json | undefined, right: Json | undefined): Outcome {
  const compared = type === "auto" ? typeForEquality(left, right) : type;
  if (compared === "text") return { matched: textEquals(left, right) };
  return ordered(compared, left, right, (order) => order === 0);
}

function textEquals(left: Json | undefined, right: Json | undefined): boolean {
  const [leftText, rightText] = [jsonToText(left), jsonToText(right)];
  if (leftText === rightText) return true;
  const [leftJson, rightJson] = [toStructure(left), toStructure(right)];
  return leftJson !== undefined && rightJson !== undefined && jsonEquals(leftJson, rightJson);
}

/** A list or an object, given as such or as its JSON text. */
function toStructure(value: Json | undefined): Json | undefined {
  const parsed = typeof value === "string" && /^\s*[[{]/.test(value) ? safeJsonParse(value) : value;
  return typeof parsed === "object" && parsed !== null ? parsed : undefined;
}

function contains(type: ComparisonType, left: Json | undefined, right: Json | undefined): boolean {
  if (Array.isArray(left)) return left.some((item) => equals(type, item, right).matched);
  if (isJsonObject(left)) return Object.hasOwn(left, jsonToText(right));
  return exists(left) && jsonToText(left).includes(jsonToText(right));
}

/** A list as it is, a JSON list written as text, or a text with an item per line or between commas. */
function toList(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  const text = jsonToText(value);
  const parsed = text.trimStart().startsWith("[") ? safeJsonParse(text) : undefined;
  if (Array.isArray(parsed)) return parsed;
  return text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function typeForEquality(left: Json | undefined, right: Json | undefined): ComparisonType {
  const kinds = [typeof left, typeof right];
  if (kinds.includes("boolean") && toBoolean(left) !== undefined && toBoolean(right) !== undefined) return "boolean";
  if (kinds.includes("number") && parseDecimal(left) && parseDecimal(right)) return "number";
  return "text";
}

function typeForOrder(left: Json | undefined, right: Json | undefined): ComparisonType {
  if (parseDecimal(left) && parseDecimal(right)) return "number";
  const areDates = [left, right].every((value) => typeof value === "string" && parseIsoDate(value) !== undefined);
  return areDates ? "date" : "text";
}

function ordered(
  type: ComparisonType,
  left: Json | undefined,
  right: Json | undefined,
  accepts: (order: number) => boolean,
): Outcome {
  const compared = type === "auto" ? typeForOrder(left, right) : type;
  // A missing value is neither greater nor less than anything.
  if (!exists(left) || !exists(right)) return { matched: false };
  if (compared === "number") return orderBy("number", left, right, parseDecimal, compareDecimals, accepts);
  if (compared === "date") return orderBy("date", left, right, parseDate, (a, b) => a - b, accepts);
  if (compared === "boolean")
    return orderBy("boolean", left, right, toBoolean, (a, b) => Number(a) - Number(b), accepts);
  const [leftText, rightText] = [jsonToText(left), jsonToText(right)];
  return { matched: accepts(leftText < rightText ? -1 : leftText > rightText ? 1 : 0) };
}

function orderBy<T>(
  name: string,
  left: Json | undefined,
  right: Json | undefined,
  read: (value: Json | undefined) => T | undefined,
  order: (left: T, right: T) => number,
  accepts: (order: number) => boolean,
): Outcome {
  const [leftValue, rightValue] = [read(left), read(right)];
  if (leftValue === undefined) return { matched: false, problem: `The left value is not a ${name}.` };
  if (rightValue === undefined) return { matched: false, problem: `The right value is not a ${name}.` };
  return { matched: accepts(order(leftValue, rightValue)) };
}

function toBoolean(value: Json | undefined): boolean | undefined {
  const text = jsonToText(value).trim().toLowerCase();
  if (["true", "yes", "1"].includes(text)) return true;
  return ["false", "no", "0"].includes(text) ? false : undefined;
}

function matchesPattern(left: Json | undefined, right: Json | undefined): Outcome {
  if (!exists(left)) return { matched: false };
  try {
    return { matched: compilePattern(jsonToText(right)).test(jsonToText(left)) };
  } catch (error) {
    if (error instanceof PatternError) return { matched: false, problem: error.message };
    throw error;
  }
}
