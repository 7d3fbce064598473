import type { z } from "zod";

/** The value of a JSON text, or one sentence that says where it is wrong. */
export type ParsedJson = { value: z.core.util.JSONType } | { problem: string };

const POSITION = /position (\d+)/;
const BREAKS_OFF = /end of (JSON|input)/i;
const LINE = /line (\d+) column (\d+)/;

/** Reads JSON that someone is typing; the sentence names line and column where the browser says them. */
export function parseJsonText(text: string): ParsedJson {
  if (text.trim() === "") return { problem: "Type the data as JSON." };
  try {
    return { value: JSON.parse(text) as z.core.util.JSONType };
  } catch (error) {
    const [line, column] = placeOf(error instanceof Error ? error.message : "", text);
    return { problem: `This is not JSON yet${line ? `: look at line ${line}, column ${column}` : ""}.` };
  }
}

/** Line and column in a browser's message: some say them, some say a position in the text, some nothing. */
function placeOf(message: string, text: string): [line?: number, column?: number] {
  const said = LINE.exec(message);
  if (said) return [Number(said[1]), Number(said[2])];
  const position = POSITION.exec(message)?.[1] ?? (BREAKS_OFF.test(message) ? text.trimEnd().length : undefined);
  if (position === undefined) return [];
  const before = text.slice(0, Number(position)).split("\n");
  return [before.length, (before.at(-1) ?? "").length + 1];
}
