import type { Mapping } from "./mapping";
import { formatMergeText, VARIABLE_STEP_ID } from "./merge-text";

/** Longest code of an expression in a line, in characters. */
const LONGEST_CODE = 60;

/** A mapping as merge text, for lines that say what a step does: `{{order.body.total}}`, `100`; an expression as its code, cut; nothing for an ignored one. */
export function mappingText(mapping: Mapping): string {
  switch (mapping.source) {
    case "ignore":
      return "";
    case "value":
      return mapping.text;
    case "step-field":
      return mapping.stepId === "" ? "…" : formatMergeText([{ stepId: mapping.stepId, path: mapping.path }]);
    case "variable":
      return formatMergeText([{ stepId: VARIABLE_STEP_ID, path: [mapping.name] }]);
    case "script":
      return codeInLine(mapping.code);
    default:
      return mapping satisfies never;
  }
}

function codeInLine(code: string): string {
  const line = code.trim().replace(/\s+/g, " ");
  if (line === "") return "…";
  return line.length > LONGEST_CODE ? `${line.slice(0, LONGEST_CODE)}…` : line;
}
