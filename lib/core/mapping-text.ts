import type { Mapping } from "./mapping";
import { formatMergeText, VARIABLE_STEP_ID } from "./merge-text";

/** A mapping as merge text, for lines that say what a step does: `{{order.body.total}}`, `100`; nothing for an ignored one. */
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
    default:
      return mapping satisfies never;
  }
}
