import { filled, MOST, many, numbered, pad } from "./make-body.mjs";

/** @type {[title: string, make: (bytes: number) => Buffer][]} */
export const tables = [
  ["99,999 cells", many(MOST - 2, "a\n", (_at, length) => `${pad(length, "x", 1)}\n`)],
  ["49,000 rows in quotes", many(49_000, "a\n", (_at, length) => `"${pad(length, "x", 3)}"\n`)],
  ["49,000 rows of quotes", many(49_000, "a\n", (_at, length) => `"${pad(length, '""', 3)}"\n`)],
  ["only line ends", filled("", "\n")],
  ["only line ends of two bytes", filled("", "\r\n")],
  ["line ends, and a quote that stays open", filled("a", "\n", '"')],
  ["carriage returns, and a quote that stays open", filled("a", "\r", '"')],
  ["one cell of quotes", filled('a\n"', '""', '"\n')],
  ["quotes that stay open", filled('a\n"', '""')],
  ["rows with a quote in them", many(49_000, "a\n", (_at, length) => `"x"${pad(length, '"', 5)}\n`)],
  ["only commas", filled("", ",")],
  ["99,999 columns", many(MOST, "", (at, length) => `${numbered(at)}${pad(length, "x", 7)},`)],
  [
    "300 columns, 300 rows",
    (bytes) => {
      const cell = "x".repeat(Math.floor(bytes / 90_000) - 1);
      const row = `${Array(300).fill(cell).join()}\n`;
      return Buffer.from(`${Array.from({ length: 300 }, (_, at) => `c${at}`).join()}\n${row.repeat(300)}`);
    },
  ],
];
