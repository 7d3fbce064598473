import { describe, expect, it } from "vitest";
import type { Json } from "./json";
import { matchValue } from "./match-value";

describe("matchValue", () => {
  it.each<[value: Json, text: string]>([
    ["A-10", "A-10"],
    ["  A-10\n", "A-10"],
    [10, "10"],
    [0, "0"],
    [true, "true"],
  ])("compares %j as %j", (value, text) => {
    expect(matchValue(value)).toBe(text);
  });

  it.each([undefined, null, "", "  ", {}, { id: 1 }, [], ["A-10"]] as (Json | undefined)[])(
    "lets %j match nothing",
    (value) => {
      expect(matchValue(value)).toBeNull();
    },
  );
});
