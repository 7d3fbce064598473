import { ERROR_EXIT, type Step } from "@/lib/core/graph";
import { definitionOf } from "./definitions";

/**
 * Names of a step's exits in the order in which they are drawn: those of its type, and `ERROR_EXIT` when its *On error*
 * says so. Empty for types that nothing can follow and for types this build does not know.
 */
export function exitsOf(step: Pick<Step, "type" | "settings" | "onError">): readonly string[] {
  const definition = definitionOf(step.type);
  if (!definition) return [];
  const parsed = definition.settings.safeParse(step.settings);
  const exits = definition.exits(parsed.success ? parsed.data : definition.settings.parse({}));
  const canFail = definition.calls === true || definition.fallible === true;
  const takesErrorExit = canFail && step.onError?.then === "error-exit";
  return takesErrorExit ? [...exits, ERROR_EXIT] : exits;
}
