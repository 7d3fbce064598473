import type { Json } from "./json";
import type { Mapping, ScriptMapping } from "./mapping";
import { type ReadMergeField, resolveMergeValue, VARIABLE_STEP_ID } from "./merge-text";

/**
 * The value that a mapping has, by what `read` knows of steps and variables; undefined when it is ignored or has none. Of an expression
 * `computed` says what the sandbox gave.
 */
export function mappedValue(
  mapping: Mapping,
  read: ReadMergeField,
  computed: (mapping: ScriptMapping) => Json | undefined = () => undefined,
): Json | undefined {
  switch (mapping.source) {
    case "ignore":
      return undefined;
    case "value":
      return resolveMergeValue(mapping.text, read);
    case "step-field":
      return read(mapping.stepId, mapping.path);
    case "variable":
      return read(VARIABLE_STEP_ID, [mapping.name]);
    case "script":
      return computed(mapping);
    default:
      return mapping satisfies never;
  }
}
