const NAME_START =
  ":A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}\\u{200c}\\u{200d}\\u{2070}-\\u{218f}" +
  "\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}";
/** A name from `lastIndex` on. */
export const NAME = new RegExp(`[${NAME_START}][-.0-9\\u{b7}\\u{300}-\\u{36f}\\u{203f}\\u{2040}${NAME_START}]*`, "uy");
/** Whether a text is a name from its beginning to its end. */
export function isWholeName(text: string): boolean {
  NAME.lastIndex = 0;
  return NAME.test(text) && NAME.lastIndex === text.length;
}

/** An XML declaration from `lastIndex` on, with the line ends that all are turned into. */
export const DECLARATION =
  /<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(["'])1\.\d+\1(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(["'])[A-Za-z][\w.-]*\2)?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(["'])(?:yes|no)\3)?[ \t\n]*\?>/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no document may have.
export const NOT_A_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;
export const NOT_A_SPACE = /[^ \t\n]/;
/** The entities that every document has: names, and what they stand for. */
export const ENTITIES = [
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
] as const;

export const QUESTION_MARK = 0x3f;
export const LINE_FEED = 0x0a;

/** Whether a code unit is a space, where a carriage return can't be any more. */
export const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x09;

/** Whether a code unit is the second of two that are one character. */
export const isSecondHalf = (code: number) => code >= 0xdc00 && code <= 0xdfff;

/** Whether a document may have the character with this number. */
export const isCharacter = (code: number) =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);
