import { uniqueStepNames } from "@/lib/core/merge-display";
import { definitionOf } from "@/lib/steps/definitions";

/** Names of steps as merge texts write them, both ways. */
export type StepNames = {
  byId: ReadonlyMap<string, string>;
  idsByName: ReadonlyMap<string, string>;
  /** Steps whose body is left out of paths, because it is what people mean. */
  bodyFirst: ReadonlySet<string>;
  /** Equal for equal names. */
  key: string;
};

/** Works the names of steps out for merge texts. */
export function namesOfSteps(steps: { id: string; name: string; type: string }[]): StepNames {
  const byId = uniqueStepNames(steps);
  return {
    byId,
    idsByName: new Map(Array.from(byId, ([id, name]) => [name, id])),
    bodyFirst: new Set(steps.filter((step) => definitionOf(step.type)?.webhook).map((step) => step.id)),
    key: JSON.stringify(steps.map((step) => [step.id, step.name, step.type])),
  };
}
