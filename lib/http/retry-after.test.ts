import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after";

const NOW = Date.parse("2026-03-01T12:00:00Z");

test.each([
  ["120", 120_000],
  [" 0 ", 0],
  ["Sun, 01 Mar 2026 12:00:30 GMT", 30_000],
  ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
  ["-5", undefined],
  ["1.5", undefined],
  ["tomorrow", undefined],
  ["", undefined],
  [undefined, undefined],
])("reads %j as %s ms", (header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms);
});
