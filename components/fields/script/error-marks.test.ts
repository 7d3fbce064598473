import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { rangeOf } from "./error-marks";

const doc = Text.of(["function after_webhook() {", "  let total = ;", "", "}"]);
const marked = (line: number | null, column: number | null) => {
  const { from, to } = rangeOf(doc, { message: "", line, column });
  return doc.sliceString(from, to);
};

describe("rangeOf", () => {
  it.each([
    ["the word at the column", 2, 7, "total"],
    ["one character where no word begins", 2, 15, ";"],
    ["the whole line without a column", 2, null, "  let total = ;"],
    ["the last character when the place is behind it", 1, 99, "{"],
    ["nothing in an empty line", 3, 1, ""],
    ["the last line when there are fewer", 9, 1, "}"],
    ["the first line when nobody knows", null, 1, "function"],
  ])("marks %s", (_, line, column, text) => {
    expect(marked(line, column)).toBe(text);
  });
});
