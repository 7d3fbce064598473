import { isJsonObject, type Json, jsonToText } from "@/lib/core/json";
import { type Path, readPath } from "@/lib/core/path";
import { scriptData, scriptHelpers } from "@/lib/script/globals";
import type { ScriptEvent } from "@/lib/script/job";
import type { ScriptUse } from "@/lib/steps/types";

/** What is known of a script's surroundings, for completion and explanations. */
export type ScriptScope = {
  use: ScriptUse;
  /** Values that the script's data has in the sample, by name. */
  values: { readonly [name: string]: Json };
  /** Names of the earlier steps, by their ids. */
  stepNames: ReadonlyMap<string, string>;
};

/** A name that code may use, with what there is to say about it. */
export type KnownName = {
  name: string;
  kind: "event" | "data" | "helper" | "field";
  signature: string;
  doc: string;
  /** What stands behind it in the list. */
  detail?: string;
  example?: string;
};

const eventDocs: Record<ScriptEvent, string> = {
  before_webhook:
    "Runs before the method is looked at. Returning false ends the request: with the answer it set, else ignored.",
  after_webhook: "Runs with the data that the step will give. Returning false ignores the request.",
  before_action: "Runs before the call. Returning false makes none, and goes on with the method_response it set.",
  after_action: "Runs with the answer. Returning false fails the step.",
  after_error: "Runs when the call failed. Making method_error null goes on; returning false tries no more.",
};

/** Every name that the script finds at its top: functions to declare, data, helpers. */
export function knownNames({ use, values }: ScriptScope): KnownName[] {
  const events = use.form === "events" ? use.events : [];
  return [
    ...events.map(
      (name): KnownName => ({ name, kind: "event", signature: `function ${name}()`, doc: eventDocs[name] }),
    ),
    ...scriptData
      .filter((entry) => entry.in === "both" || (entry.in === "events") === (use.form === "events"))
      .map(
        ({ name, signature, doc }): KnownName => ({
          name,
          kind: "data",
          signature: `${name}: ${signature}`,
          doc,
          detail: Object.hasOwn(values, name) ? shortValue(values[name] as Json) : signature,
        }),
      ),
    ...scriptHelpers.map(({ name, signature, doc, example, result }): KnownName => {
      const gives = result === undefined ? "" : ` → ${JSON.stringify(result)}`;
      return { name, kind: "helper", signature, doc, example: example + gives };
    }),
  ];
}

/** The fields below a value of the sample: `["method_request", "order"]`. Empty where it has none, or isn't known. */
export function fieldsAt(scope: ScriptScope, path: Path): KnownName[] {
  const value = valueAt(scope, path);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).map(([name, field]) => {
    const step = path.length === 1 && path[0] === "steps" ? scope.stepNames.get(name) : undefined;
    return {
      name,
      kind: "field",
      signature: name,
      doc: step ? `What ${step} gave` : "",
      detail: step ?? shortValue(field),
      example: shortValue(field, 200),
    };
  });
}

/** The value of a path in the sample; undefined where there is none. */
export function valueAt({ values }: ScriptScope, [root, ...rest]: Path): Json | undefined {
  if (typeof root !== "string" || !Object.hasOwn(values, root)) return undefined;
  return readPath(values[root], rest);
}

/** A value in a few characters: texts in quotes, objects and lists by their size. */
export function shortValue(value: Json, most = 32): string {
  if (Array.isArray(value)) return value.length === 1 ? "list of 1" : `list of ${value.length}`;
  if (isJsonObject(value)) return most > 32 ? cut(JSON.stringify(value), most) : "object";
  return cut(typeof value === "string" ? JSON.stringify(value) : jsonToText(value) || "null", most);
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const WORD = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** Whether a name can stand behind a dot. */
export const isWord = (name: string): boolean => WORD.test(name);

/** A path as code reads it: `steps.order.body["ship to"][0]`. */
export const codePath = ([root, ...rest]: Path): string =>
  rest.reduce<string>(
    (code, key) => code + (typeof key === "string" && isWord(key) ? `.${key}` : `[${JSON.stringify(key)}]`),
    String(root),
  );
