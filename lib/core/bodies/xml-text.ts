import { TextBuilder } from "./text-builder";
import { ENTITIES, isCharacter, isWholeName, LINE_FEED } from "./xml-grammar";

const AMPERSAND = 0x26;
const HASH = 0x23;
const SEMICOLON = 0x3b;
const SPACE = 0x20;
const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;

/** Gives a document with the line ends that all are turned into: a line feed for a carriage return, with or without one behind it. */
export function withLineFeeds(text: string): string {
  let at = text.indexOf("\r");
  if (at === -1) return text;
  const result = new TextBuilder();
  let copied = 0;
  for (; at !== -1; at = nextOf(text, CARRIAGE_RETURN, at + 1)) {
    result.addPart(text, copied, at);
    copied = at + 1;
    if (text.charCodeAt(copied) !== LINE_FEED) result.add(LINE_FEED);
  }
  result.addPart(text, copied, text.length);
  return result.toString();
}

/** Gives an attribute's value with a space for each line feed and tab. */
export function withSpaces(value: string): string {
  if (!value.includes("\n") && !value.includes("\t")) return value;
  const result = new TextBuilder();
  let copied = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code !== LINE_FEED && code !== TAB) continue;
    result.addPart(value, copied, at);
    result.add(SPACE);
    copied = at + 1;
  }
  result.addPart(value, copied, value.length);
  return result.toString();
}

/** Gives a text with the characters that its references stand for; `refuse` throws what is wrong where so many characters have been read. */
export function withoutReferences(raw: string, refuse: (what: string, read: number) => never): string {
  const result = new TextBuilder();
  let copied = 0;
  for (let at = nextOf(raw, AMPERSAND, 0); at !== -1; at = nextOf(raw, AMPERSAND, copied)) {
    result.addPart(raw, copied, at);
    const end = nextOf(raw, SEMICOLON, at);
    if (end === -1) refuse("unexpected end of a reference", raw.length);
    const code = referred(raw, at + 1, end);
    if (code === -1) refuse(whatIsWrong(raw.slice(at + 1, end)), end + 1);
    result.add(code);
    copied = end + 1;
  }
  result.addPart(raw, copied, raw.length);
  return result.toString();
}

/** The place of the next such code unit; what is looked for is near. */
function nextOf(text: string, code: number, from: number): number {
  const near = Math.min(from + 20, text.length);
  for (let at = from; at < near; at++) if (text.charCodeAt(at) === code) return at;
  return text.indexOf(String.fromCharCode(code), near);
}

/** The number of the character that a reference's name stands for; -1 when it is none. */
function referred(text: string, start: number, end: number): number {
  if (text.charCodeAt(start) === HASH) {
    const code =
      text.charCodeAt(start + 1) === 0x78 ? numberAt(text, start + 2, end, 16) : numberAt(text, start + 1, end, 10);
    return isCharacter(code) ? code : -1;
  }
  for (const [name, character] of ENTITIES) {
    if (end - start === name.length && text.startsWith(name, start)) return character.charCodeAt(0);
  }
  return -1;
}

/** A number with the digits from `start` to before `end`, if they are such and it can be a character's; -1 otherwise. */
function numberAt(text: string, start: number, end: number, base: 10 | 16): number {
  let number = start === end ? -1 : 0;
  for (let at = start; at < end; at++) {
    const digit = digitOf(text.charCodeAt(at));
    if (digit >= base) return -1;
    number = Math.min(number * base + digit, 0x110000);
  }
  return number;
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 87 : 16;
}

function whatIsWrong(name: string): string {
  if (name.startsWith("#")) return "malformed character entity";
  return isWholeName(name) ? "undefined entity" : "disallowed character in entity name";
}
