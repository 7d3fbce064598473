import {
  formatField,
  joinFields,
  type MergeField,
  parseField,
  type ReadInner,
  splitFields,
  VARIABLE_STEP_ID,
} from "./merge-text";
import { formatPath, type Path, parsePath } from "./path";

/** Steps whose data is `{ body, query, headers }`; for people their fields are those of the body. */
export type BodyFirst = ReadonlySet<string>;

const VARIABLE = "Variable";
const DELETED_STEP = "Deleted step";
const SEPARATOR = "›";

/** Gives every step a name that no other has, by a number after the second and later ones. */
export function uniqueStepNames(steps: { id: string; name: string }[]): Map<string, string> {
  const taken = new Set(steps.map(({ name }) => name));
  const given = new Set<string>();
  const names = new Map<string, string>();
  for (const { id, name } of steps) {
    let unique = name;
    for (let count = 2; given.has(unique) || (unique !== name && taken.has(unique)); count++)
      unique = `${name} (${count})`;
    given.add(unique);
    names.set(id, unique);
  }
  return names;
}

/**
 * Turns stored merge text into what people read and edit: `{{Order › order.id}}`. `stepNames` must be unique (`uniqueStepNames`).
 * Of `bodyFirst` steps the leading `body` is left out; their query is `{{Order › query › page}}`.
 */
export function toDisplayText(
  text: string,
  stepNames: ReadonlyMap<string, string>,
  bodyFirst: BodyFirst = new Set(),
): string {
  const idsByName = new Map(Array.from(stepNames, ([id, name]) => [name, id]));
  return joinFields(
    splitFields(text, parseField),
    (field) => writeDisplay(field, stepNames, bodyFirst),
    displayReader(idsByName, bodyFirst),
  );
}

/** Turns what people edited back into stored merge text. A field of a step that `idsByName` does not know stays literal text. */
export function fromDisplayText(
  display: string,
  idsByName: ReadonlyMap<string, string>,
  bodyFirst: BodyFirst = new Set(),
): string {
  return joinFields(splitFields(display, displayReader(idsByName, bodyFirst)), formatField, parseField);
}

function writeDisplay(field: MergeField, stepNames: ReadonlyMap<string, string>, bodyFirst: BodyFirst): string {
  const { stepId, path } = field;
  if (stepId === VARIABLE_STEP_ID) return joinSegments(VARIABLE, path);
  const name = stepNames.get(stepId);
  if (name === undefined) return `${DELETED_STEP} ${SEPARATOR} ${formatField(field).replaceAll(SEPARATOR, "\\u203a")}`;
  if (!bodyFirst.has(stepId)) return joinSegments(escapeName(name), path);
  const [root, ...rest] = path;
  if (root === "body") return joinSegments(escapeName(name), rest);
  const start = `${escapeName(name)} ${SEPARATOR}`;
  if (root === undefined) return start;
  return `${start} ${displayPath([root])} ${SEPARATOR} ${displayPath(rest)}`.trimEnd();
}

function joinSegments(name: string, path: Path): string {
  return path.length === 0 ? name : `${name} ${SEPARATOR} ${displayPath(path)}`;
}

function displayPath(path: Path): string {
  return formatPath(path).replaceAll(SEPARATOR, "\\u203a");
}

function displayReader(idsByName: ReadonlyMap<string, string>, bodyFirst: BodyFirst): ReadInner {
  return (inner) => {
    const end = separatorAfterName(inner);
    const rawName = (end === -1 ? inner : inner.slice(0, end)).trim();
    const rest = end === -1 ? undefined : inner.slice(end + SEPARATOR.length).trim();
    if (rawName === DELETED_STEP) return rest === undefined ? undefined : parseField(rest);
    const stepId = rawName === VARIABLE ? VARIABLE_STEP_ID : idsByName.get(unescapeName(rawName));
    if (stepId === undefined) return undefined;
    const path = bodyFirst.has(stepId) ? readBodyFirst(rest) : readPlain(rest);
    return path && { stepId, path };
  };
}

function readPlain(rest: string | undefined): Path | undefined {
  if (rest === undefined) return [];
  return rest === "" ? undefined : parsePath(rest);
}

function readBodyFirst(rest: string | undefined): Path | undefined {
  if (rest === undefined) return ["body"];
  if (rest === "") return [];
  const separator = rest.indexOf(SEPARATOR);
  if (separator === -1) return prefix(["body"], parsePath(rest));
  const root = parsePath(rest.slice(0, separator).trim());
  return root?.length === 1 ? prefix(root, parsePath(rest.slice(separator + SEPARATOR.length).trim())) : undefined;
}

function prefix(root: Path, path: Path | undefined): Path | undefined {
  return path && [...root, ...path];
}

function separatorAfterName(inner: string): number {
  for (let at = 0; at < inner.length; at++) {
    if (inner[at] === "\\") at++;
    else if (inner[at] === SEPARATOR) return at;
  }
  return -1;
}

/** Escapes what would end the name or the field, and space that would be trimmed away. */
function escapeName(name: string): string {
  const escaped = name
    .replace(/[\\›]/g, "\\$&")
    .replace(/[{}]|^\s+|\s+$/g, (characters) =>
      Array.from({ length: characters.length }, (_, at) => unit(characters, at)).join(""),
    );
  return escaped === VARIABLE || escaped === DELETED_STEP ? `\\${escaped}` : escaped;
}

function unit(text: string, at: number): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`;
}

function unescapeName(raw: string): string {
  return raw.replace(/\\(?:u([0-9a-f]{4})|(.))/gs, (_, code?: string, character?: string) =>
    code === undefined ? (character ?? "") : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
