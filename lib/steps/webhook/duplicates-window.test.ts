import { expect, it } from "vitest";
import { splitWindow } from "./duplicates-window";

it.each([
  { seconds: 45, amount: 45, unit: "seconds" },
  { seconds: 90, amount: 90, unit: "seconds" },
  { seconds: 120, amount: 2, unit: "minutes" },
  { seconds: 86_400, amount: 1, unit: "days" },
  { seconds: 129_600, amount: 36, unit: "hours" },
])("shows $seconds s as $amount $unit", ({ seconds, amount, unit }) => {
  expect(splitWindow(seconds)).toEqual({ amount, unit });
});
