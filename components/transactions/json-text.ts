import type { z } from "zod";

/** The value of a JSON text, or one sentence that says where it is wrong. */
export type ParsedJson = { value: z.core.util.JSONType } | { problem: string };

const POSITION = /position (\d+)/;

/** Reads JSON that someone is typing; the sentence names line and column where the browser says them. */
export function parseJsonText(text: string): ParsedJson {
  if (text.trim() === "") return { problem: "Type the data as JSON." };
  try {
    return { value: JSON.parse(text) as z.core.util.JSONType };
  } catch (error) {
    const position = POSITION.exec(error instanceof Error ? error.message : "")?.[1];
    if (position === undefined) return { problem: "This is not JSON yet." };
    const before = text.slice(0, Number(position)).split("\n");
    return {
      problem: `This is not JSON yet: look at line ${before.length}, column ${(before.at(-1) ?? "").length + 1}.`,
    };
  }
}
