import { filled, MOST, many, numbered, pad } from "./make-body.mjs";

/** @type {[title: string, make: (bytes: number) => Buffer][]} */
export const json = [
  ["spaces, and no end", filled("[", " ")],
  ["spaces, and a wrong end", filled("[", " ", "}")],
  ["a line end in each byte, and a wrong end", filled("[", "\n", "}")],
  ["spaces around one value", filled("[1", " ", "]")],
  ["one string", filled('"', "x", '"')],
  ["one string that stays open", filled('"', "x")],
  ["one string of line end escapes", filled('"', "\\n", '"')],
  ["one string of escaped quotes that stays open", filled('"', '\\"')],
  ["one string of letters in escapes", filled('"', "\\u0041", '"')],
  ["one string of letters in escapes that stays open", filled('"', "\\u0041")],
  ["one string of backslashes", filled('"', "\\\\", '"')],
  ["strings with line ends, which are refused", filled('"', "x", '\n"')],
  [
    "99,999 different keys",
    many(MOST, "{", (at, length) => `${at ? "," : ""}"${numbered(at)}${pad(length, "k", 11)}":1`, "}"),
  ],
  [
    "99,999 different keys, and no end",
    many(MOST, "{", (at, length) => `${at ? "," : ""}"${numbered(at)}${pad(length, "k", 11)}":1`),
  ],
  [
    "99,999 different keys in escapes",
    many(MOST, "{", (at, length) => `${at ? "," : ""}"${numbered(at)}${pad(length, "\\u0041", 11)}":1`, "}"),
  ],
  ["99,999 keys that are one", many(MOST, "{", (at, length) => `${at ? "," : ""}"a":"${pad(length, "x", 7)}"`, "}")],
  ["99,999 keys that are numbers", many(MOST, "{", (at) => `${at ? "," : ""}"${at * 65_536}":1`, "}")],
  [
    "99,999 keys and __proto__ in a text",
    many(MOST, '{"__proto":"__proto__"', (at, length) => `,"${numbered(at)}":"${pad(length, "x", 13)}"`, "}"),
  ],
  ["a million keys", many(1_000_000, "{", (at) => `${at ? "," : ""}"${numbered(at)}":1`, "}")],
  ["only commas", filled("[", "1,", "1]")],
  ["only open brackets", filled("", "[")],
  [
    "lists of lists, 100 levels deep",
    many(990, "[", (at) => `${at ? "," : ""}${"[".repeat(99)}${"]".repeat(99)}`, "]"),
  ],
  [
    "objects of objects, 100 levels deep",
    many(
      990,
      "[",
      (at, length) => `${at ? "," : ""}${`{"a":`.repeat(98)}"${pad(length, "x", 600)}"${"}".repeat(98)}`,
      "]",
    ),
  ],
  ["one number", filled("[", "1", "]")],
  ["one number with a wrong end", filled("[", "1", "x]")],
  ["one number behind its point", filled("[0.", "1", "]")],
  ["one number with an exponent of zeros", filled("[1e", "0", "1]")],
  ["99,999 numbers of 100 digits", many(MOST, "[", (at, length) => `${at ? "," : ""}${pad(length, "7", 1)}`, "]")],
  [
    "99,999 numbers of 16 digits",
    many(MOST, "[", (at, length) => `${at ? "," : ""}9007199254740993${pad(length, " ", 17)}`, "]"),
  ],
  [
    "99,999 numbers that are too large",
    many(MOST, "[", (at, length) => `${at ? "," : ""}1e999${pad(length, " ", 6)}`, "]"),
  ],
  [
    "99,999 numbers in a text",
    many(MOST, "[", (at, length) => `${at ? "," : ""}" 1e999${pad(length, " 1e99", 9)}"`, "]"),
  ],
];

/** @type {[title: string, make: (bytes: number) => Buffer][]} */
export const ndjson = [
  ["only line ends", filled("", "\n")],
  ["lines of a space", filled("", " \n")],
  ["99,999 lines", many(MOST, "", (at, length) => `"${numbered(at)}${pad(length, "x", 9)}"\n`)],
  ["line ends, and a bad line", filled("", "\n", "{")],
  ["a line of spaces with a wrong end", filled("[", " ", "}")],
  [
    "33,000 lines with __proto__ in a text",
    many(33_000, "", (_at, length) => `{"a":"__proto__${pad(length, "x", 20)}"}\n`),
  ],
];
