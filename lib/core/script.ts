import { z } from "zod";

/** Longest code of one script, in characters. */
export const MAX_SCRIPT_CHARS = 100_000;

export const ConsoleLine = z.object({
  level: z.enum(["log", "debug", "info", "warn", "error"]),
  text: z.string(),
});
export type ConsoleLine = z.infer<typeof ConsoleLine>;

/** What a script wrote to its console, in order. */
export const ScriptConsole = z.array(ConsoleLine);

/** Most characters of a console that are kept with what the script did. */
const KEPT_CHARS = 2_048;

/** The first lines of a console, cut to what is kept; undefined when there are none. */
export function keptConsole(lines: readonly ConsoleLine[]): ConsoleLine[] | undefined {
  const kept: ConsoleLine[] = [];
  let room = KEPT_CHARS;
  for (const { level, text } of lines) {
    if (room <= 0) break;
    kept.push({ level, text: text.length > room ? `${text.slice(0, room)}…` : text });
    room -= text.length + 1;
  }
  return kept.length > 0 ? kept : undefined;
}

/** False when the code can't declare a function of that name: a cheap look that needs no sandbox. */
export function mayDeclare(code: string, name: string): boolean {
  return code.includes(name) || code.includes("\\u"); // identifiers may be written with escapes
}
