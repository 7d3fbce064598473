import fc from "fast-check";
import { expect, it } from "vitest";
import { TextBuilder } from "./text-builder";

it("puts together characters and parts, of any length and in any order", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom("x".repeat(5_000), "é".repeat(15), "😀"),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 300 }), (pieces) => {
      const builder = new TextBuilder();
      for (const text of pieces) {
        if (text.length <= 2 && String.fromCodePoint(text.codePointAt(0) ?? 0) === text) {
          builder.add(text.codePointAt(0)!);
        } else builder.addPart(`<${text}>`, 1, 1 + text.length);
      }
      expect(builder.toString()).toBe(pieces.join(""));
    }),
  );
});

it("goes on over the end of what is put together at once", () => {
  const builder = new TextBuilder();
  for (let count = 0; count < 10_000; count++) {
    builder.add(0x1f600);
    builder.addPart("abc", 0, (count % 3) + 1);
  }
  const text = Array.from({ length: 10_000 }, (_, count) => `😀${"abc".slice(0, (count % 3) + 1)}`).join("");
  expect(builder.toString()).toBe(text);
});
