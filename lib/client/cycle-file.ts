import type { z } from "zod";
import { CycleExport } from "@/lib/contracts/cycles";
import { formatPath, type Path } from "@/lib/core/path";

const WHAT_TO_DO = "Choose the file that Export made, or paste its whole text.";

/**
 * Reads an exported cycle from the text of a file or of the clipboard.
 *
 * @returns the cycle, or what is wrong with the text and what to do, in sentences
 */
export function parseCycleFile(text: string): { cycle: CycleExport } | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: `This is not JSON. ${WHAT_TO_DO}` };
  }
  if (typeof json !== "object" || json === null || !Object.hasOwn(json, "spoke"))
    return { problem: `This is not an exported cycle: it has no "spoke": 1. ${WHAT_TO_DO}` };
  const parsed = CycleExport.safeParse(json, { error: inWords });
  if (parsed.success) return { cycle: parsed.data };
  const [issue] = parsed.error.issues;
  const [first] = issue?.path ?? [];
  if (first === "spoke")
    return {
      problem: 'The file has another format than "spoke": 1. It was made by a newer Spoke, or changed by hand.',
    };
  return {
    problem: `This is not an exported cycle. At ${formatPath((issue?.path ?? []) as Path)}: ${issue?.message}.`,
  };
}

/** What is wrong with a value, where the contract has no sentence of its own for it. */
function inWords(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return "It is missing";
  switch (issue.code) {
    case "invalid_type":
      return `It is no ${kinds[issue.expected] ?? issue.expected}`;
    case "too_big":
      return `It is more than ${issue.maximum}`;
    case "too_small":
      return `It is less than ${issue.minimum}`;
    default:
      return "Its value is none that Spoke knows";
  }
}

const kinds: Partial<Record<string, string>> = {
  string: "text",
  int: "whole number",
  array: "list",
  record: "object",
};
