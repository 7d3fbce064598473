import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern, MAX_TEXT_LENGTH } from "./pattern";
import { PatternError } from "./pattern-syntax";

/** Patterns of the supported subset that RegExp reads the same way. */
const anyPattern = fc.letrec<{ pattern: string; term: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("a", "b", "1", "-", " ", "_", "ö", ".", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\.", "\\n"),
    fc.constantFrom(
      "[ab]",
      "[^a]",
      "[a-c1]",
      "[\\d_]",
      "[^\\w\\s]",
      "[\\D]",
      "[-a]",
      "[a-]",
      "[\\]b]",
      "[^]",
      "[]",
      "\\x61",
    ),
    tie("pattern").map((inner) => `(${inner})`),
    tie("pattern").map((inner) => `(?:${inner})`),
  ),
  term: fc.oneof(
    fc.constantFrom("^", "$", "\\b", "\\B"),
    fc
      .tuple(
        tie("atom"),
        fc.constantFrom("", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{1,2}?"),
      )
      .map(([atom, quantifier]) => atom + quantifier),
  ),
  pattern: fc
    .array(
      fc.array(tie("term"), { maxLength: 4 }).map((terms) => terms.join("")),
      { minLength: 1, maxLength: 3 },
    )
    .map((options) => options.join("|")),
})).pattern;

const anyText = fc.array(fc.constantFrom("a", "b", "c", "1", "-", " ", "_", "ö", "\n", "."), { maxLength: 10 });

describe("compilePattern", () => {
  it("finds exactly what RegExp finds", () => {
    fc.assert(
      fc.property(anyPattern, anyText, (pattern, characters) => {
        const text = characters.join("");
        expect(compilePattern(pattern).test(text)).toBe(new RegExp(pattern, "u").test(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it("ignores case after (?i) as RegExp does", () => {
    const letters = fc.array(fc.constantFrom("a", "B", "ö", "Ä", "[b-d]", "[^a]", "."), { minLength: 1, maxLength: 5 });
    const text = fc.array(fc.constantFrom("A", "b", "Ö", "ä", "C"), { maxLength: 6 });
    fc.assert(
      fc.property(letters, text, (pattern, characters) => {
        const plain = pattern.join("");
        const subject = characters.join("");
        expect(compilePattern(`(?i)${plain}`).test(subject)).toBe(new RegExp(plain, "iu").test(subject));
      }),
    );
  });

  it.each([
    ["^ORD-\\d{4,6}$", "ORD-12345", true],
    ["^ORD-\\d{4,6}$", "ORD-123", false],
    ["^ORD-\\d{4,6}$", "xORD-12345", false],
    ["@example\\.(com|org)\\b", "anna@example.org, ben@x.com", true],
    ["^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$", "anna@example.org", true],
    ["a{,3}", "a{,3}", true],
    ["{x}", "a{x}b", true],
    ["", "anything", true],
    ["^.$", "😀", true],
    ["^[😀-😂]{2}$", "😁😂", true],
    ["^\\u{1F600}$", "😀", true],
    ["^\\W\\D\\S$", "😀😀😀", true],
    ["(?<year>\\d{4})", "in 2026", true],
    ["(?i)straße", "STRASSE", false],
  ])("tests %j on %j", (pattern, text, found) => expect(compilePattern(pattern).test(text)).toBe(found));

  it.each([
    ["(a", "The pattern is not valid at character 1: the group that opens here is not closed."],
    ["a)", 'The pattern is not valid at character 2: ")" closes no group.'],
    ["[a", 'The pattern is not valid at character 1: the "[" that stands here is not closed.'],
    ["*a", "The pattern is not valid at character 1: there is nothing to repeat."],
    ["(?i)*a", "The pattern is not valid at character 5: there is nothing to repeat."],
    ["a**", "The pattern is not valid at character 3: there is nothing to repeat."],
    ["^*", "The pattern is not valid at character 1: there is nothing to repeat."],
    ["a{3,1}", "The pattern is not valid at character 2: the numbers in braces are out of order."],
    ["a{2000}", "The pattern is not valid at character 2: it repeats more than 1000 times."],
    ["[b-a]", "The pattern is not valid at character 5: the range is out of order."],
    ["(a)\\1", "The pattern is not valid at character 4: references to a group are not supported."],
    ["\\q", 'The pattern is not valid at character 1: "\\q" is not known.'],
    ["a\\", "The pattern is not valid at character 2: a backslash ends the pattern."],
    ["((((a{100}){100}){100}){100})", "The pattern repeats too much."],
    ["(((){1000}){1000}){1000}", "The pattern repeats too much."],
    ["a".repeat(1_001), "A pattern has 1000 characters at most."],
  ])("refuses %j", (pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(new PatternError(message));
  });

  it.each([["(?=a)"], ["(?!a)"], ["(?<=a)"], ["(?<!a)"], ["(?#x)"]])("refuses to look around with %s", (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(/looking ahead or behind is not supported/);
  });

  it.each([
    ["^(a+)+$", `${"a".repeat(50_000)}!`],
    ["(a|a)*b", "a".repeat(50_000)],
    ["(.*)*(.*)*x", "a".repeat(20_000)],
    ["^(\\w+\\s?)*$", `${"word ".repeat(10_000)}!`],
  ])("stays fast on %s, which makes RegExp back-track without end", (pattern, text) => {
    expect(compilePattern(pattern).test(text)).toBe(false);
  });

  it("refuses a text that is too long", () => {
    const pattern = compilePattern("x");
    expect(pattern.test(`${"a".repeat(MAX_TEXT_LENGTH - 1)}x`)).toBe(true);
    expect(() => pattern.test("a".repeat(MAX_TEXT_LENGTH + 1))).toThrow(PatternError);
  });

  it("gives up on a pattern that is too costly for its text", () => {
    const pattern = compilePattern("(a{0,900}){2}b");
    expect(() => pattern.test("a".repeat(MAX_TEXT_LENGTH))).toThrow("The pattern takes too long on this text.");
  });
});
