/** A pattern that cannot be used; the message is a sentence for the person who wrote it. */
export class PatternError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PatternError";
  }
}

/** Characters by code point: inside one of `ranges`, or outside all of them when `negated`. */
export type CharacterSet = { ranges: [from: number, to: number][]; negated: boolean };

export type PatternNode =
  | { type: "set"; set: CharacterSet }
  | { type: "sequence"; nodes: PatternNode[] }
  | { type: "choice"; nodes: PatternNode[] }
  | { type: "repeat"; node: PatternNode; min: number; max: number }
  | { type: "start" | "end" | "word-edge" | "no-word-edge" };

export type PatternSyntax = { root: PatternNode; ignoreCase: boolean };

export const MAX_PATTERN_LENGTH = 1_000;
const MAX_REPEAT = 1_000;

const DIGITS: [number, number][] = [[48, 57]];
const WORD: [number, number][] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACES: [number, number][] = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const LINE_ENDS: [number, number][] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];

const CLASSES: Record<string, CharacterSet> = {
  d: { ranges: DIGITS, negated: false },
  D: { ranges: DIGITS, negated: true },
  w: { ranges: WORD, negated: false },
  W: { ranges: WORD, negated: true },
  s: { ranges: SPACES, negated: false },
  S: { ranges: SPACES, negated: true },
};
const CONTROLS: Record<string, number> = { n: 10, r: 13, t: 9, f: 12, v: 11, "0": 0 };

/** Reads a pattern; throws a PatternError for one that is malformed, too long, or uses what only back-tracking can match. */
export function parsePattern(pattern: string): PatternSyntax {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new PatternError(`A pattern has ${MAX_PATTERN_LENGTH} characters at most.`);
  }
  const ignoreCase = pattern.startsWith("(?i)");
  const reader = new PatternReader(ignoreCase ? pattern.slice(4) : pattern, ignoreCase ? 4 : 0);
  return { root: reader.readAll(), ignoreCase };
}

class PatternReader {
  readonly #characters: string[];
  readonly #offset: number;
  #at = 0;

  constructor(pattern: string, offset: number) {
    this.#characters = Array.from(pattern);
    this.#offset = offset;
  }

  readAll(): PatternNode {
    const root = this.#readChoice();
    if (this.#at < this.#characters.length) throw this.#error('")" closes no group');
    return root;
  }

  #peek(ahead = 0): string | undefined {
    return this.#characters[this.#at + ahead];
  }

  #take(text: string): boolean {
    for (let index = 0; index < text.length; index++) if (this.#peek(index) !== text[index]) return false;
    this.#at += text.length;
    return true;
  }

  #error(what: string, at = this.#at): PatternError {
    return new PatternError(`The pattern is not valid at character ${at + 1 + this.#offset}: ${what}.`);
  }

  #readChoice(): PatternNode {
    const nodes = [this.#readSequence()];
    while (this.#take("|")) nodes.push(this.#readSequence());
    return nodes.length === 1 ? (nodes[0] as PatternNode) : { type: "choice", nodes };
  }

  #readSequence(): PatternNode {
    const nodes: PatternNode[] = [];
    for (let next = this.#peek(); next !== undefined && next !== "|" && next !== ")"; next = this.#peek()) {
      nodes.push(this.#readQuantified());
    }
    return { type: "sequence", nodes };
  }

  #readQuantified(): PatternNode {
    if (this.#readQuantifier()) throw this.#error("there is nothing to repeat", this.#at - 1);
    const start = this.#at;
    const node = this.#readAtom();
    const repeat = this.#readQuantifier();
    if (!repeat) return node;
    if (node.type !== "set" && this.#characters[start] !== "(") throw this.#error("there is nothing to repeat", start);
    const afterwards = this.#at;
    if (this.#readQuantifier()) throw this.#error("there is nothing to repeat", afterwards);
    return { type: "repeat", node, ...repeat };
  }

  #readQuantifier(): { min: number; max: number } | undefined {
    const repeat = this.#readCount();
    if (repeat) this.#take("?"); // a lazy quantifier matches the same texts
    return repeat;
  }

  #readCount(): { min: number; max: number } | undefined {
    if (this.#take("*")) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take("+")) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take("?")) return { min: 0, max: 1 };
    if (this.#peek() !== "{") return undefined;
    const rest = this.#characters.slice(this.#at, this.#at + 16).join("");
    const [all, least, comma, most] = /^\{(\d{1,6})(,(\d{0,6}))?\}/.exec(rest) ?? [];
    if (all === undefined) return undefined;
    const min = Number(least);
    const max = comma === undefined ? min : most === "" ? Number.POSITIVE_INFINITY : Number(most);
    if (max < min) throw this.#error("the numbers in braces are out of order");
    if (min > MAX_REPEAT || (max > MAX_REPEAT && max !== Number.POSITIVE_INFINITY)) {
      throw this.#error(`it repeats more than ${MAX_REPEAT} times`);
    }
    this.#at += all.length;
    return { min, max };
  }

  #readAtom(): PatternNode {
    const start = this.#at;
    const character = this.#characters[this.#at++] as string;
    switch (character) {
      case "(":
        return this.#readGroup(start);
      case "[":
        return { type: "set", set: this.#readClass(start) };
      case ".":
        return { type: "set", set: { ranges: LINE_ENDS, negated: true } };
      case "^":
        return { type: "start" };
      case "$":
        return { type: "end" };
      case "\\":
        if (this.#take("b")) return { type: "word-edge" };
        if (this.#take("B")) return { type: "no-word-edge" };
        return { type: "set", set: this.#readEscape(start) };
      default:
        return { type: "set", set: single(character.codePointAt(0) as number) };
    }
  }

  #readGroup(start: number): PatternNode {
    if (this.#take("?") && !this.#take(":")) {
      const name = /^<([A-Za-z_]\w*)>/.exec(this.#characters.slice(this.#at).join(""));
      if (!name) throw this.#error('after "(?" only ":" can stand; looking ahead or behind is not supported', start);
      this.#at += name[0].length;
    }
    const node = this.#readChoice();
    if (!this.#take(")")) throw this.#error("the group that opens here is not closed", start);
    return node;
  }

  #readClass(start: number): CharacterSet {
    const negated = this.#take("^");
    const ranges: [number, number][] = [];
    while (!this.#take("]")) {
      if (this.#peek() === undefined) throw this.#error('the "[" that stands here is not closed', start);
      const from = this.#readClassMember();
      const isRange = this.#peek() === "-" && this.#peek(1) !== "]" && this.#peek(1) !== undefined;
      if (!isRange) {
        ranges.push(...positiveRanges(from));
        continue;
      }
      this.#at++;
      const [low, high] = [onlyCharacter(from), onlyCharacter(this.#readClassMember())];
      if (low === undefined || high === undefined || low > high) throw this.#error("the range is out of order");
      ranges.push([low, high]);
    }
    return { ranges, negated };
  }

  #readClassMember(): CharacterSet {
    const start = this.#at;
    const character = this.#characters[this.#at++] as string;
    if (character !== "\\") return single(character.codePointAt(0) as number);
    if (this.#take("b")) return single(8);
    return this.#readEscape(start);
  }

  #readEscape(start: number): CharacterSet {
    const character = this.#characters[this.#at++];
    if (character === undefined) throw this.#error("a backslash ends the pattern", start);
    const set = CLASSES[character];
    if (set) return set;
    const control = CONTROLS[character];
    if (control !== undefined) return single(control);
    const rest = this.#characters.slice(this.#at, this.#at + 8).join("");
    const hex = (
      character === "x" ? /^[\da-f]{2}/i : character === "u" ? /^(?:[\da-f]{4}|\{[\da-f]{1,6}\})/i : /^$/
    ).exec(rest);
    if (hex && hex[0] !== "") {
      this.#at += hex[0].length;
      return single(Number.parseInt(hex[0].replace(/[{}]/g, ""), 16));
    }
    if (/[1-9]/.test(character)) throw this.#error("references to a group are not supported", start);
    if (/[A-Za-z]/.test(character)) throw this.#error(`"\\${character}" is not known`, start);
    return single(character.codePointAt(0) as number);
  }
}

function single(code: number): CharacterSet {
  return { ranges: [[code, code]], negated: false };
}

function onlyCharacter({ ranges, negated }: CharacterSet): number | undefined {
  const [range] = ranges;
  return !negated && ranges.length === 1 && range?.[0] === range?.[1] ? range?.[0] : undefined;
}

/** The ranges of a set with its negation worked out. */
function positiveRanges({ ranges, negated }: CharacterSet): [number, number][] {
  if (!negated) return ranges;
  const outside: [number, number][] = [];
  let from = 0;
  for (const [low, high] of ranges) {
    if (low > from) outside.push([from, low - 1]);
    from = high + 1;
  }
  return [...outside, [from, 0x10ffff]];
}
