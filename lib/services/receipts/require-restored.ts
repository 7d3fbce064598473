import type { Restored } from "@/lib/core/restore-secrets";
import { ServiceError } from "../errors";

/** What was edited, with its secrets back in place. Throws `invalid` for dots that nothing recorded stands behind. */
export function requireRestored<Value>(restored: Restored<Value>): Value {
  if ("problem" in restored) throw new ServiceError("invalid", restored.problem);
  return restored.value;
}
