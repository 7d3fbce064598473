import fc from "fast-check";
import { parse as parseLossless } from "lossless-json";
import { describe, expect, it } from "vitest";
import { jsonErrorAt } from "./json-error";

/** Where another parser, which builds values and recurses, stops. */
function judgedErrorAt(text: string): number {
  try {
    parseLossless(text, null, { onDuplicateKey: ({ newValue }) => newValue });
    return -1;
  } catch (error) {
    return Number(/position (\d+)$/.exec((error as Error).message)?.[1]);
  }
}

const pieces = fc.array(
  fc.constantFrom(
    ...[
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "a",
      "1",
      "0",
      "-",
      "+",
      ".",
      "e5",
      "E",
      "\\",
      "\\n",
      "\\u00e9",
      "\\u12",
      "\n",
      "\t",
      " ",
    ],
    ...["true", "nul", "null", "false", '"a":', '"b"', "[1,", '{"k":1}', "\u0001", "é", "😀"],
  ),
  { maxLength: 30 },
);

describe("jsonErrorAt", () => {
  it("finds nothing in JSON", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, "\t"), (text, space) => {
        expect(jsonErrorAt(JSON.stringify(JSON.parse(text), null, space))).toBe(-1);
      }),
    );
  });

  it("stops where another parser stops, in pieces of JSON in any order", () => {
    const stops = fc.property(pieces, (parts) => {
      const text = parts.join("");
      expect([text, jsonErrorAt(text)]).toEqual([text, judgedErrorAt(text)]);
    });
    fc.assert(stops, { numRuns: 3_000 });
  });

  it("stops where another parser stops, in JSON that is cut off or has one character changed", () => {
    const changes = fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom("", "}", ",", '"', "\\", "x", "\n"),
      (json, at, other) => {
        const place = at % (json.length + 1);
        for (const text of [json.slice(0, place), json.slice(0, place) + other + json.slice(place + 1)]) {
          expect([text, jsonErrorAt(text)]).toEqual([text, judgedErrorAt(text)]);
        }
      },
    );
    fc.assert(changes, { numRuns: 1_000 });
  });

  it("finds an error behind any number of brackets", () => {
    expect(jsonErrorAt(`${"[".repeat(200_000)}x`)).toBe(200_000);
    expect(jsonErrorAt("[".repeat(200_000))).toBe(200_000);
  });
});
