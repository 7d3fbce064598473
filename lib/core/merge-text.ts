import { type Json, jsonToText } from "./json";
import { formatPath, type Path, parsePath } from "./path";

/** One merge field: a value of an earlier step, or of a cycle variable when `stepId` is `var`. */
export type MergeField = { stepId: string; path: Path };

/** Reads the value that a merge field stands for. */
export type ReadMergeField = (stepId: string, path: Path) => Json | undefined;

/** The step id that stands for the cycle's variables: `{{var.name}}`. */
export const VARIABLE_STEP_ID = "var";

const FIELD = /^([a-z][a-z0-9_]{0,63})(?:\.(?!\[)(.+)|(\[.+))?$/s;

/**
 * Splits text into literals and merge fields such as `{{step_id.path.to[0].field}}`. `\{{` before a field makes it literal, `\\{{`
 * is a backslash and a field. What is no merge field, or names a step that `isStep` does not know, stays as it is.
 */
export function parseMergeText(
  text: string,
  isStep: (stepId: string) => boolean = () => true,
): (string | MergeField)[] {
  return splitFields(text, (inner) => {
    const field = parseField(inner);
    return field && (field.stepId === VARIABLE_STEP_ID || isStep(field.stepId)) ? field : undefined;
  });
}

/** Writes parts as merge text; `parseMergeText` gives them back. */
export function formatMergeText(parts: (string | MergeField)[]): string {
  return joinFields(parts, formatField, parseField);
}

/** The merge fields of a text, in their order. */
export function listMergeFields(text: string): MergeField[] {
  return parseMergeText(text).filter((part) => typeof part !== "string");
}

/** The text with its merge fields pointing at other steps, for copies of steps; ids that `newIds` does not hold stay. */
export function replaceStepIds(text: string, newIds: ReadonlyMap<string, string>): string {
  const parts = parseMergeText(text);
  if (parts.every((part) => typeof part === "string")) return text;
  return formatMergeText(
    parts.map((part) =>
      typeof part === "string" ? part : { ...part, stepId: newIds.get(part.stepId) ?? part.stepId },
    ),
  );
}

/** The text with its merge fields filled in: objects and lists as JSON, nothing for null and for what is not there. */
export function renderMergeText(text: string, read: ReadMergeField): string {
  if (!text.includes("{{")) return text;
  let rendered = "";
  for (const part of parseMergeText(text)) {
    rendered += typeof part === "string" ? part : jsonToText(read(part.stepId, part.path));
  }
  return rendered;
}

/** The value of a text: what its merge field holds, in its own type, when the text is exactly one merge field; else the filled-in text. */
export function resolveMergeValue(text: string, read: ReadMergeField): Json | undefined {
  if (!text.includes("{{")) return text;
  const parts = parseMergeText(text);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== "string") return read(only.stepId, only.path);
  return renderMergeText(text, read);
}

/** Reads what stands between the braces of a stored merge field: `step_id.path`. */
export function parseField(inner: string): MergeField | undefined {
  const [, stepId, dotted, bracketed] = FIELD.exec(inner.trim()) ?? [];
  if (stepId === undefined) return undefined;
  const path = parsePath(dotted ?? bracketed ?? "");
  return path && { stepId, path };
}

/** Writes what stands between the braces of a stored merge field. */
export function formatField({ stepId, path }: MergeField): string {
  const text = formatPath(path);
  return text === "" || text.startsWith("[") ? stepId + text : `${stepId}.${text}`;
}

/** Reads the text between two braces as a field; `undefined` when it is none. */
export type ReadInner = (inner: string) => MergeField | undefined;

const INNER = /[^{}]*/y;

/** What stands between the braces that open at `at`; `undefined` when they are not closed or hold a brace. */
function innerAt(text: string, at: number): string | undefined {
  INNER.lastIndex = at + 2;
  const inner = INNER.exec(text)?.[0] ?? "";
  return text.startsWith("}}", at + 2 + inner.length) ? inner : undefined;
}

function backslashesBefore(text: string, at: number, from: number): number {
  let count = 0;
  while (at - count > from && text[at - count - 1] === "\\") count++;
  return count;
}

/** Splits text at the fields that `readInner` knows and undoes the escapes before them. */
export function splitFields(text: string, readInner: ReadInner): (string | MergeField)[] {
  const parts: (string | MergeField)[] = [];
  let literal = "";
  let copied = 0;
  for (let at = text.indexOf("{{"); at !== -1; ) {
    const inner = innerAt(text, at);
    const field = inner === undefined ? undefined : readInner(inner);
    if (inner === undefined || !field) {
      at = text.indexOf("{{", at + 1);
      continue;
    }
    const backslashes = backslashesBefore(text, at, copied);
    literal += text.slice(copied, at - Math.ceil(backslashes / 2));
    if (backslashes % 2 === 1) {
      literal += "{{";
      copied = at + 2;
    } else {
      if (literal !== "") parts.push(literal);
      parts.push(field);
      literal = "";
      copied = at + inner.length + 4;
    }
    at = text.indexOf("{{", copied);
  }
  literal += text.slice(copied);
  if (literal !== "") parts.push(literal);
  return parts;
}

/** Writes parts as text that `splitFields` with the same `readInner` gives back. */
export function joinFields(
  parts: (string | MergeField)[],
  writeInner: (field: MergeField) => string,
  readInner: ReadInner,
): string {
  let text = "";
  for (const [index, part] of parts.entries()) {
    if (typeof part === "string") text += escapeLiteral(part, typeof parts[index + 1] === "object", readInner);
    else text += `{{${writeInner(part)}}}`;
  }
  return text;
}

function escapeLiteral(literal: string, fieldFollows: boolean, readInner: ReadInner): string {
  let text = "";
  let copied = 0;
  for (let at = literal.indexOf("{{"); at !== -1; ) {
    const inner = innerAt(literal, at);
    if (inner === undefined || !readInner(inner)) {
      at = literal.indexOf("{{", at + 1);
      continue;
    }
    const backslashes = backslashesBefore(literal, at, copied);
    text += `${literal.slice(copied, at)}${"\\".repeat(backslashes + 1)}{{`;
    copied = at + 2;
    at = literal.indexOf("{{", copied);
  }
  text += literal.slice(copied);
  return fieldFollows ? text + "\\".repeat(backslashesBefore(literal, literal.length, copied)) : text;
}
