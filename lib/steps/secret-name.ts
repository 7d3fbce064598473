import type { Field } from "./types";

/** The name under which the value of a `secret` field is stored (StepSecret.name): its key without `-secret` at the end. */
export function secretName(field: Pick<Field, "key">): string {
  return field.key.replace(/-secret$/, "");
}
