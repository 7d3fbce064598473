const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;

/** What comes next in the grammar of RFC 8259. */
type Expected = "value" | "value-or-end" | "key" | "key-or-end" | "comma-or-end";

const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
const isDigit = (code: number) => code >= ZERO && code <= 0x39;
const ESCAPED = '"\\/bfnrt';
const HEX = /[\da-f]{4}/iy;
const WORDS = ["true", "false", "null"];

class NotJson extends Error {}

/**
 * Where a text stops being JSON: the index of the first character that can't be there (of the backslash of an escape, and of the
 * first letter of a word), or the text's length when it only ends too early; -1 for JSON. Reads the text once and builds nothing.
 */
export function jsonErrorAt(text: string): number {
  const scan = new Scan(text);
  try {
    scan.read();
    return -1;
  } catch (error) {
    if (error instanceof NotJson) return scan.at;
    throw error;
  }
}

/** Reads a text as long as it is JSON. Every part throws a NotJson when `at` is where it stops being that. */
class Scan {
  at = 0;
  readonly #text: string;
  /** For each level that is open, whether it is an object. */
  readonly #open: boolean[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Goes on to the end, or to what can't be there. */
  read(): void {
    let expected: Expected | undefined = "value";
    while (expected !== undefined) {
      this.#skipSpaces();
      expected = this.#next(expected);
    }
    this.#skipSpaces();
    if (this.at < this.#text.length) throw new NotJson();
  }

  /** Reads what is expected; gives what comes after it, and undefined at the end of all. */
  #next(expected: Expected): Expected | undefined {
    const code = this.#text.charCodeAt(this.at);
    const isObject = this.#open.at(-1);
    switch (expected) {
      case "comma-or-end":
        if (code === (isObject ? CLOSE_OBJECT : CLOSE_LIST)) return this.#close();
        this.#take(COMMA);
        return isObject ? "key" : "value";
      case "key-or-end":
        if (code === CLOSE_OBJECT) return this.#close();
        return this.#key();
      case "key":
        return this.#key();
      case "value-or-end":
        if (code === CLOSE_LIST) return this.#close();
        return this.#value(code);
      case "value":
        return this.#value(code);
    }
  }

  #key(): Expected {
    this.#string();
    this.#skipSpaces();
    this.#take(COLON);
    return "value";
  }

  #value(code: number): Expected | undefined {
    if (code === OPEN_OBJECT || code === OPEN_LIST) {
      this.at++;
      this.#open.push(code === OPEN_OBJECT);
      return code === OPEN_OBJECT ? "key-or-end" : "value-or-end";
    }
    if (code === QUOTE) this.#string();
    else if (code === MINUS || isDigit(code)) this.#number();
    else this.#word();
    return this.#after();
  }

  #close(): Expected | undefined {
    this.at++;
    this.#open.pop();
    return this.#after();
  }

  #after(): Expected | undefined {
    return this.#open.length === 0 ? undefined : "comma-or-end";
  }

  #take(code: number): void {
    if (this.#text.charCodeAt(this.at) !== code) throw new NotJson();
    this.at++;
  }

  #skipSpaces(): void {
    let { at } = this;
    while (isSpace(this.#text.charCodeAt(at))) at++;
    this.at = at;
  }

  #string(): void {
    const text = this.#text;
    this.#take(QUOTE);
    let at = this.at;
    for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(++at)) {
      if (code !== BACKSLASH && code >= 0x20) continue;
      this.at = at;
      const escaped = code === BACKSLASH ? escapeLength(text, at) : 0;
      if (escaped === 0) throw new NotJson();
      at += escaped - 1;
    }
    this.at = at + 1;
  }

  #number(): void {
    if (this.#text.charCodeAt(this.at) === MINUS) this.at++;
    if (this.#text.charCodeAt(this.at) === ZERO) this.at++;
    else this.#digits();
    if (this.#text.charCodeAt(this.at) === POINT) {
      this.at++;
      this.#digits();
    }
    if ((this.#text.charCodeAt(this.at) | 0x20) === 0x65) {
      this.at++;
      const sign = this.#text.charCodeAt(this.at);
      if (sign === MINUS || sign === PLUS) this.at++;
      this.#digits();
    }
  }

  #digits(): void {
    let { at } = this;
    while (isDigit(this.#text.charCodeAt(at))) at++;
    if (at === this.at) throw new NotJson();
    this.at = at;
  }

  #word(): void {
    const word = WORDS.find((known) => this.#text.startsWith(known, this.at));
    if (word === undefined) throw new NotJson();
    this.at += word.length;
  }
}

/** The length of the escape that begins at `at`; 0 when it is none. */
function escapeLength(text: string, at: number): number {
  const letter = text[at + 1];
  if (letter === undefined) return 0;
  if (ESCAPED.includes(letter)) return 2;
  HEX.lastIndex = at + 2;
  return letter === "u" && HEX.test(text) ? 6 : 0;
}
