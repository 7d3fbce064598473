import { filled, MOST, many, numbered, pad } from "./make-body.mjs";

/** @type {[title: string, make: (bytes: number) => Buffer][]} */
export const xml = [
  ["99,999 elements", many(MOST - 1, "<r>", (_at, length) => `<a>${pad(length, "x", 7)}</a>`, "</r>")],
  [
    "99,999 elements of different names",
    many(MOST - 1, "<r>", (at, length) => `<a${numbered(at)}${pad(length, "x", 10)}/>`, "</r>"),
  ],
  [
    "99,999 attributes of one element",
    many(MOST - 1, "<r ", (at, length) => `a${numbered(at)}="${pad(length, "x", 11)}" `, "/>"),
  ],
  [
    "99,999 attributes of references",
    many(MOST - 1, "<r ", (at, length) => `a${numbered(at)}="${pad(length, "&amp;", 11)}" `, "/>"),
  ],
  ["one attribute of references", filled('<r a="', "&lt;", '"/>')],
  ["one attribute of line ends", filled('<r a="', "\n", '"/>')],
  ["one attribute of tabs and line ends", filled('<r a="', "\t\r\n", '"/>')],
  ["one attribute that stays open", filled('<r a="', "x")],
  ["spaces in a tag, and a wrong end", filled("<r", " ", "<")],
  ["line ends in a tag, and a wrong end", filled("<r", "\n", "<")],
  ["text of references", filled("<r>", "&lt;", "</r>")],
  ["text of references by number", filled("<r>", "&#65;", "</r>")],
  [
    "text of different references by number",
    many(900_000, "<r>", (at) => `&#x${(0x10000 + at).toString(16)};`, "</r>"),
  ],
  ["text of a reference that is not known", filled("<r>", "&lt;", "&x;</r>")],
  ["text of ampersands", filled("<r>", "&", "</r>")],
  ["text of line ends", filled("<r>", "\r\n", "</r>")],
  ["text of carriage returns", filled("<r>", "\r", "</r>")],
  ["text, and no end", filled("<r>", "x")],
  ["text with a bad character at its end", filled("<r>", "x", "\0</r>")],
  ["text of brackets", filled("<r>", "]", "</r>")],
  [
    "99,999 attributes, and no end",
    many(MOST - 1, "<r ", (at, length) => `a${numbered(at)}="${pad(length, "x", 11)}" `),
  ],
  ["one CDATA section of brackets", filled("<r><![CDATA[", "]", "]]></r>")],
  ["CDATA sections", filled("<r>", "<![CDATA[x]]>", "</r>")],
  ["empty CDATA sections", filled("<r>", "<![CDATA[]]>", "</r>")],
  ["comments", filled("<r>", "<!---->", "</r>")],
  ["comments between texts", filled("<r>", "x<!---->", "</r>")],
  ["instructions", filled("<r>", "<?a?>", "</r>")],
  ["instructions between texts", filled("<r>", "&lt;<?a?>", "</r>")],
  ["one long name", filled("<", "a", "/>")],
  ["one long name outside of ASCII", (bytes) => Buffer.from(`<${"é".repeat((bytes - 10) / 2)}/>`)],
  ["one name of digits in a closing tag", filled("<a></a", "1", ">")],
  [
    "99,999 long names",
    many(45_000, "<r>", (_at, length) => `<a${pad(length / 2, "x", 5)}></a${pad(length / 2, "x", 5)}>`, "</r>"),
  ],
  [
    "elements 100 levels deep",
    many(990, "<r>", (_at, length) => `${"<a>".repeat(98)}${pad(length, "x", 800)}${"</a>".repeat(98)}`, "</r>"),
  ],
  ["only opening tags", filled("", "<a>")],
  ["a declaration of spaces", filled("<?xml version", " ", '="1.0"?><r/>')],
];
