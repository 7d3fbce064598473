import { useMemo } from "react";
import { namesOfSteps, type StepNames } from "@/components/fields/step-names";
import type { StepData } from "@/lib/core/flow";
import { toDisplayText } from "@/lib/core/merge-display";
import { definitionOf } from "@/lib/steps/definitions";
import { useBuilder } from "./builder-context";
import type { StepNode } from "./draft";
import { useStored } from "./store";

const namesByNodes = new WeakMap<readonly StepNode[], StepNames>();
let lastNames: StepNames | undefined;

/** The names of all steps on the canvas; the same object as long as no name, id or type changes. */
export function namesOnCanvas(nodes: readonly StepNode[]): StepNames {
  const known = namesByNodes.get(nodes);
  if (known) return known;
  const fresh = namesOfSteps(nodes.map(({ id, data }) => ({ id, name: data.name, type: data.type })));
  const names = lastNames && lastNames.key === fresh.key ? lastNames : fresh;
  lastNames = names;
  namesByNodes.set(nodes, names);
  return names;
}

/** One line of what a step does, with the names of other steps in place of their ids. */
export function useStepSummary(data: StepData): string {
  const { shown } = useBuilder();
  const definition = definitionOf(data.type);
  const text = useMemo(() => {
    const parsed = definition?.settings.safeParse(data.settings);
    return parsed?.success ? (definition?.summary(parsed.data) ?? "") : "";
  }, [definition, data.settings]);
  const refers = text.includes("{{");
  const names = useStored(shown.store, (state) => (refers ? namesOnCanvas(state.nodes) : undefined));
  if (!names) return text;
  return toDisplayText(text, names.byId, names.bodyFirst).replace(/\{\{([^{}]*)\}\}/g, "$1");
}
