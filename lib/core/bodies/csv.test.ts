import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyError } from "./body-error";
import { parseCsv } from "./csv";

describe("parseCsv", () => {
  it.each([
    [
      "a,b\n1,2\n3,4\n",
      [
        { a: "1", b: "2" },
        { a: "3", b: "4" },
      ],
    ],
    ["a,b\r\n1,2", [{ a: "1", b: "2" }]],
    ['a,b\n"x, y","say ""hi""\nthere"\n', [{ a: "x, y", b: 'say "hi"\nthere' }]],
    ["a,b\n\n1,2\n\n", [{ a: "1", b: "2" }]],
    ["a,b\n1,\n", [{ a: "1", b: "" }]],
    ["a,b\n1\n", [{ a: "1" }]],
    ['a\n5" pipe\n', [{ a: '5" pipe' }]],
    ["a,b\n", []],
    ["", []],
    ["constructor,toString\n1,2\n", [{ constructor: "1", toString: "2" }]],
  ])("reads %j", (text, rows) => expect(parseCsv(text, ",")).toEqual(rows));

  it("reads tabs", () => expect(parseCsv("a\tb,c\n1\t2,3\n", "\t")).toEqual([{ a: "1", "b,c": "2,3" }]));

  const refusals: [body: string, reason: string][] = [
    ["a,b\n1,2,3\n", "CSV is not valid at line 2: it has more values than the header has names"],
    ["a,b\r\n1,2,3\r\n4", "CSV is not valid at line 2: it has more values than the header has names"],
    ["a\r\n\r\n,\r\n4", "CSV is not valid at line 3: it has more values than the header has names"],
    ["a\r\r1,2", "CSV is not valid at line 3: it has more values than the header has names"],
    ['a\n"x\n', "CSV is not valid at line 2: a quote is not closed"],
    ['a\r\n\r\n\r\n"x', "CSV is not valid at line 4: a quote is not closed"],
    ['a\r\r"x\n', "CSV is not valid at line 3: a quote is not closed"],
    [`a${"\n".repeat(100_000)}"`, "CSV is not valid at line 100001: a quote is not closed"],
    ["a,__proto__\n1,2\n", 'the key "__proto__" is not allowed'],
    [`a\n${"1\n".repeat(100_001)}`, "it has more than 100000 keys"],
    [`${",".repeat(100_001)}\n`, "it has more than 100000 keys"],
    [`a,b,c\n${"1,2,3\n".repeat(30_000)}`, "it has more than 100000 keys"],
  ];
  it.each(refusals.map(([body, reason]) => [reason, body] as const))("refuses a body because %s", (reason, text) =>
    expect(() => parseCsv(text, ",")).toThrow(new BodyError(reason)),
  );

  it("reads back every cell that is quoted", () => {
    const cell = fc.string({ unit: "grapheme" });
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (rows) => {
        const text = ["a,b", ...rows.map((row) => row.map(quote).join(","))].join("\n");
        expect(parseCsv(text, ",")).toEqual(rows.map(([a, b]) => ({ a, b })));
      }),
    );
  });

  it("takes any text as another parser does", () => {
    const anyText = fc.string({ unit: fc.constantFrom("a", "ü", '"', ",", "\n", "\r\n", "\r", " "), maxLength: 24 });
    fc.assert(
      fc.property(anyText, fc.constantFrom("\n", "\r\n", "\r"), (body, lineEnd) => {
        const text = `a,b,c,d${lineEnd}${body}`;
        expect(read(() => parseCsv(text, ","))).toEqual(
          read(() =>
            parse(text, { columns: true, relax_quotes: true, relax_column_count_less: true, skip_empty_lines: true }),
          ),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads as many short rows as a body may have below as many columns", () => {
    const header = Array.from({ length: 40_000 }, (_, index) => `c${index}`);
    const rows = parseCsv(`${header.join(",")}\n${"x\n".repeat(29_000)}`, ",");
    expect(rows).toEqual(Array.from({ length: 29_000 }, () => ({ c0: "x" })));
  });
});

/** What was read, or that it was refused. */
function read(parsed: () => unknown): unknown {
  try {
    return parsed();
  } catch {
    return "refused";
  }
}
