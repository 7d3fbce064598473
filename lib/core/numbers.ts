import type { Json } from "./json";

/** A decimal number without loss: `0.digits` times ten to the power of `exponent`; zero has no digits. */
export type Decimal = { negative: boolean; digits: string; exponent: number };

const DECIMAL = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,6}))?$/;
const MAX_LENGTH = 1_000;

/** Reads a number, or a text that is one number; `undefined` for anything else. Digits beyond 2^53 are kept. */
export function parseDecimal(value: Json | undefined): Decimal | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = String(value).trim();
  if (text.length > MAX_LENGTH) return undefined;
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, whole = "", decimals = "", onlyDecimals = "", power = "0"] = match;
  const all = whole + decimals + onlyDecimals;
  const digits = all.replace(/^0+/, "");
  const exponent = whole.length + Number(power) - (all.length - digits.length);
  const trimmed = trimZeros(digits);
  if (trimmed === "") return { negative: false, digits: "", exponent: 0 };
  return { negative: sign === "-", digits: trimmed, exponent };
}

function trimZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  return digits.slice(0, end);
}

/** Below 0 when `left` is smaller, 0 when they are equal, above 0 when `left` is greater. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  if (left.negative !== right.negative) return left.negative ? -1 : 1;
  return left.negative ? compareSizes(right, left) : compareSizes(left, right);
}

function compareSizes(left: Decimal, right: Decimal): number {
  if (left.digits === "" || right.digits === "") return left.digits.length - right.digits.length;
  if (left.exponent !== right.exponent) return left.exponent - right.exponent;
  return left.digits < right.digits ? -1 : left.digits > right.digits ? 1 : 0;
}
