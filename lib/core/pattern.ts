import { type CharacterSet, PatternError, type PatternNode, parsePattern } from "./pattern-syntax";

/** The longest text that a pattern is tried on, in characters. */
export const MAX_TEXT_LENGTH = 100_000;

/** The most states that a pattern may have; counted repetitions take one per character and repetition. */
const MAX_STATES = 5_000;

/** The most moves that one test may take: about a quarter of a second. */
const MAX_MOVES = 20_000_000;

type State =
  | { op: "set"; has: (code: number) => boolean }
  | { op: "fork"; first: number; second: number }
  | { op: "go"; to: number }
  | { op: "edge"; edge: "start" | "end" | "word-edge" | "no-word-edge" }
  | { op: "found" };

export type Pattern = {
  /** Says whether the pattern is found anywhere in the text. Throws a PatternError when the text is too long or the test too costly. */
  test(text: string): boolean;
};

/**
 * Compiles a regular expression that is safe to take from a user: its time grows with the length of the text times that of the
 * pattern, never faster. It knows literals, `.`, classes, `\d \w \s \b` and their opposites, `^ $`, groups, `|`, `* + ? {m,n}`, and
 * `(?i)` at its begin; no back-references, no looking around. Throws a PatternError for anything else.
 */
export function compilePattern(pattern: string): Pattern {
  const { root, ignoreCase } = parsePattern(pattern);
  const states = compile(root, ignoreCase);
  return { test: (text) => search(states, text) };
}

function compile(root: PatternNode, ignoreCase: boolean): State[] {
  const states: State[] = [];
  let work = 0;
  const add = (state: State): number => {
    if (states.push(state) > MAX_STATES) throw new PatternError("The pattern repeats too much.");
    return states.length - 1;
  };
  const optional = (emitBody: () => void, loop: boolean) => {
    const fork: State = { op: "fork", first: 0, second: 0 };
    const at = add(fork);
    fork.first = at + 1;
    emitBody();
    if (loop) add({ op: "go", to: at });
    fork.second = states.length;
  };
  const emit = (node: PatternNode): void => {
    if (++work > MAX_STATES * 4) throw new PatternError("The pattern repeats too much.");
    switch (node.type) {
      case "set":
        add({ op: "set", has: makeTest(node.set, ignoreCase) });
        return;
      case "sequence":
        for (const part of node.nodes) emit(part);
        return;
      case "choice":
        emitChoice(node.nodes);
        return;
      case "repeat":
        for (let count = 0; count < node.min; count++) emit(node.node);
        if (node.max === Number.POSITIVE_INFINITY) optional(() => emit(node.node), true);
        else for (let count = node.min; count < node.max; count++) optional(() => emit(node.node), false);
        return;
      default:
        add({ op: "edge", edge: node.type });
    }
  };
  const emitChoice = (nodes: PatternNode[]) => {
    const exits: { op: "go"; to: number }[] = [];
    for (const [index, node] of nodes.entries()) {
      if (index === nodes.length - 1) {
        emit(node);
        continue;
      }
      const fork: State = { op: "fork", first: 0, second: 0 };
      fork.first = add(fork) + 1;
      emit(node);
      const exit = { op: "go", to: 0 } as const satisfies State;
      exits.push(exit);
      add(exit);
      fork.second = states.length;
    }
    for (const exit of exits) exit.to = states.length;
  };
  emit(root);
  add({ op: "found" });
  return states;
}

function makeTest({ ranges, negated }: CharacterSet, ignoreCase: boolean): (code: number) => boolean {
  const inRanges = (code: number) => ranges.some(([from, to]) => code >= from && code <= to);
  const inSet = ignoreCase
    ? (code: number) => {
        const character = String.fromCodePoint(code);
        return inRanges(code) || inRanges(codeOf(character.toLowerCase())) || inRanges(codeOf(character.toUpperCase()));
      }
    : inRanges;
  const ascii = Uint8Array.from({ length: 128 }, (_, code) => Number(inSet(code) !== negated));
  return (code) => (code < 128 ? ascii[code] === 1 : inSet(code) !== negated);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? -1;
}

/** Follows every way through the states at once (Thompson 1968), so that no text makes it go back. */
function search(states: State[], text: string): boolean {
  if (text.length > MAX_TEXT_LENGTH) {
    throw new PatternError(`The text has more than ${MAX_TEXT_LENGTH} characters, too many for a pattern.`);
  }
  const marks = new Int32Array(states.length).fill(-1);
  const waiting: number[] = [];
  let current: number[] = [];
  let moves = 0;
  let before = -1;
  for (let at = 0; ; ) {
    const code = at < text.length ? (text.codePointAt(at) as number) : -1;
    const next: number[] = [];
    // What the last character led to comes first, then a fresh start at this character.
    waiting.push(0, ...current.reverse());
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (marks[index] === at) continue;
      marks[index] = at;
      if (++moves > MAX_MOVES) throw new PatternError("The pattern takes too long on this text.");
      const state = states[index] as State;
      switch (state.op) {
        case "found":
          return true;
        case "set":
          if (code >= 0 && state.has(code)) next.push(index + 1);
          break;
        case "fork":
          waiting.push(state.second, state.first);
          break;
        case "go":
          waiting.push(state.to);
          break;
        case "edge":
          if (holds(state.edge, before, code)) waiting.push(index + 1);
          break;
        default:
          state satisfies never;
      }
    }
    if (code < 0) return false;
    current = next;
    before = code;
    at += code > 0xffff ? 2 : 1;
  }
}

function holds(edge: "start" | "end" | "word-edge" | "no-word-edge", before: number, after: number): boolean {
  if (edge === "start") return before < 0;
  if (edge === "end") return after < 0;
  return (isWord(before) !== isWord(after)) === (edge === "word-edge");
}

function isWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95;
}
