import { type ScriptEntry, type ScriptEvent, type ScriptForm, scriptEvents } from "./job";

/** What stands around the code when it is read. `before` stays in the code's first line. */
const WRAPPINGS: Record<ScriptForm, { before: string; after: string }> = {
  events: { before: "", after: "" },
  step: { before: "(async function script() {", after: "\n})" },
  expression: { before: "(async function script() { return (", after: "\n)})" },
};

/** Code as QuickJS reads it, and what it takes to find a place in the code again. */
export type Source = {
  text: string;
  /** Characters before the code in its first line. */
  shift: number;
  lines: number;
};

/** Says whether a script's entry is the function of an event. */
export const isEvent = (entry: ScriptEntry): entry is ScriptEvent => scriptEvents.some((event) => event === entry);

/** What code is whose `entry` is run. */
export const formOf = (entry: ScriptEntry): ScriptForm => (isEvent(entry) ? "events" : entry);

/** Makes a function of the body of a step and of an expression; events stay as they are. */
export function sourceOf(code: string, form: ScriptForm): Source {
  const { before, after } = WRAPPINGS[form];
  return { text: `${before}${code}${after}`, shift: before.length, lines: code.split("\n").length };
}
