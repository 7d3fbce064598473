import { expect, it } from "vitest";
import { parseJsonText } from "./json-text";

it("gives the value of a JSON text", () => {
  expect(parseJsonText(' {"a": [1, null]} ')).toEqual({ value: { a: [1, null] } });
});

it("says on which line and column the text stops being JSON", () => {
  expect(parseJsonText('{\n  "a": 1,\n  b: 2\n}')).toEqual({
    problem: "This is not JSON yet: look at line 3, column 3.",
  });
});

it.each(["", "  \n"])("asks for data when there is none: %j", (text) => {
  expect(parseJsonText(text)).toEqual({ problem: "Type the data as JSON." });
});

it("says where a text breaks off", () => {
  expect(parseJsonText('{\n  "a": \n')).toEqual({ problem: "This is not JSON yet: look at line 2, column 7." });
});
