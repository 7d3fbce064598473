import { filled, MOST, many, numbered, pad } from "./make-body.mjs";

const part = (name, value, headers = "") =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${headers}\r\n\r\n${value}\r\n`;

/** Parts without a value whose headers go on with what `headers` gives, which gets how long that may be. */
const headed = (headers) => many(640, "", (at, length) => part(numbered(at), "", headers(length - 400)), "--b--");
/** Different pieces, each so long, in the place of headers that may be so long. */
const different = (length, each, piece) =>
  Array.from({ length: Math.floor((length - 100) / each) }, (_, n) => piece(numbered(n))).join("");

const field = (text) => (at, length) => {
  const begin = `k${numbered(at)}=`;
  return `${begin}${pad(length, text, begin.length + 1)}&`;
};
const name = (text) => (at, length) => `k${numbered(at)}${pad(length, text, 10)}=1&`;

/** @type {[title: string, make: (bytes: number) => Buffer][]} */
export const forms = [
  ["99,999 names", many(MOST, "", field("x"))],
  ["99,999 names of percent escapes", many(MOST, "", field("%41"))],
  ["99,999 names and lone percent signs", many(MOST, "", field("%"))],
  ["99,999 names of plus signs", many(MOST, "", field("+"))],
  ["99,999 names whose names are long", many(MOST, "", name("x"))],
  ["99,999 names whose names are percent escapes", many(MOST, "", name("%41"))],
  ["one name 99,999 times", many(MOST, "", (_at, length) => `a=${pad(length, "x", 3)}&`)],
  ["99,999 short pairs", many(MOST, "", (at) => `k${numbered(at)}=%&`)],
  ["only ampersands", filled("", "&")],
  ["only equals signs", filled("", "=")],
  ["one value of percent escapes", filled("a=", "%41")],
  ["one value of escapes outside of ASCII", filled("a=", "%C3%A9")],
  ["one value of percent signs", filled("a=", "%")],
  ["one value of percent escapes with a bad end", filled("a=", "%41", "%ff")],
  ["one value of escapes with a lone percent sign", filled("a=", "%41", "%")],
  ["one value of plus signs", filled("a=", "+")],
  ["names 99 levels deep", filled("", `a${"[b]".repeat(98)}=1&`)],
  ["names 99 levels deep that are lists", filled("", `a${"[0]".repeat(98)}=1&`)],
  ["different names 48 levels deep", many(60_000, "", (at) => `a${"[b]".repeat(47)}[${numbered(at)}]=1&`)],
  ["1,000 new levels each", many(1_000, "", (at) => `a${numbered(at)}${"[b]".repeat(98)}=1&`)],
  ["one name of brackets", filled("a", "[", "]=1")],
  ["one name of brackets that pair", filled("a", "[]", "=1")],
  ["99,999 indexes of a list", many(MOST - 1, "", (at, length) => `a[${at}]=${pad(length, "x", 12)}&`)],
  [
    "99,999 indexes from the last on",
    many(MOST - 1, "", (at, length) => `a[${MOST - at - 2}]=${pad(length, "x", 12)}&`),
  ],
  ["constructor 49 levels deep", filled("", `a${"[constructor]".repeat(48)}=1&`)],
];

/** @type {[title: string, make: (bytes: number) => Buffer][]} */
export const multipart = [
  ["99,999 parts", many(MOST, "", (at, length) => part(numbered(at), pad(length, "x", 64)), "--b--")],
  ["99,999 parts of one name", many(MOST, "", (_at, length) => part("a", pad(length, "x", 58)), "--b--")],
  [
    "files",
    many(
      25_000,
      "",
      (at, length) =>
        part(numbered(at), pad(length, "x", 150), '; filename="a.bin"\r\nContent-Type: application/octet-stream'),
      "--b--",
    ),
  ],
  [
    "files with a name in escapes",
    many(25_000, "", (at, length) => part(numbered(at), "", `; filename*=UTF-8''${pad(length, "%41", 100)}`), "--b--"),
  ],
  ["parts of 16 KiB of headers of 4 bytes", headed((length) => `\r\n${pad(length, "a:b\n", 70)}a: b`)],
  ["parts of 16 KiB of headers of 2 bytes", headed((length) => `\r\n${pad(length, "a\n", 70)}a: b`)],
  ["parts of 16 KiB of different headers", headed((length) => `\r\n${different(length, 9, (n) => `${n}:b\n`)}a: b`)],
  ["parts of 16 KiB of parameters", headed((length) => pad(length, ";a=1", 70))],
  ["parts of 16 KiB of different parameters", headed((length) => different(length, 10, (n) => `;${n}=1`))],
  ["parts of 16 KiB of semicolons", headed((length) => pad(length, ";", 70))],
  ["parts of 16 KiB of spaces after a semicolon", headed((length) => `;${pad(length, " ", 70)}`)],
  ["parts of 16 KiB of a parameter's name", headed((length) => `;${pad(length, "a", 70)}`)],
  ["parts of 16 KiB of escaped quotes", headed((length) => `; x="${pad(length, '\\"', 70)}`)],
  ["parts of 16 KiB of a file's folders", headed((length) => `; filename="${pad(length, "a/", 70)}b"`)],
  ["beginnings of boundaries in each line", filled(part("a", "1"), "\n--b", "\r\n--b--")],
  ["beginnings of boundaries in one line", filled(part("a", "1"), "--b", "\r\n--b--")],
  ["boundaries without headers", filled("", "--b\n")],
  ["boundaries of spaces", filled("--b", " ", "x\n--b--")],
  ["only line ends", filled(part("a", "1"), "\n", "\r\n--b--")],
  [
    "parts that are in a charset",
    many(
      60_000,
      "",
      (at, length) => part(numbered(at), pad(length, "x", 130), "\r\nContent-Type: text/plain; charset=iso-8859-2"),
      "--b--",
    ),
  ],
];
