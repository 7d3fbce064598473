"use client";
import { createContext, useContext } from "react";
import type { Variable } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import { mappedValue } from "@/lib/core/mapped-value";
import type { Mapping, ScriptMapping } from "@/lib/core/mapping";
import { listMergeFields, type ReadMergeField, VARIABLE_STEP_ID } from "@/lib/core/merge-text";
import { readPath } from "@/lib/core/path";
import type { StepNames } from "./step-names";

/** An earlier step whose data can be mapped. */
export type FieldSource = {
  stepId: string;
  name: string;
  type: string;
  /** Its data in the chosen sample; undefined when there is none. */
  sample: Json | undefined;
  /** Where the sample comes from, in a few words. */
  origin: string;
};

/** The step whose fields they are. */
export type FieldStep = {
  cycleId: string;
  stepId: string;
  /** Has a webhook of its own. */
  receives: boolean;
  /** What it gave itself in the chosen sample; undefined when there is none. */
  sample: Json | undefined;
  /** Sends unsaved changes to the server; true when all is saved. */
  flush: () => Promise<boolean>;
};

/** What the fields of one step can be mapped from. */
export type FieldScope = {
  step: FieldStep;
  /** Steps that come before this one, the nearest first. */
  sources: readonly FieldSource[];
  /** Whether the samples of the sources are still on their way. */
  samplesPending: boolean;
  /** Names of all steps of the graph. */
  names: StepNames;
  variables: readonly Variable[];
  readOnly: boolean;
};

const FieldScopeContext = createContext<FieldScope | null>(null);

export const FieldScopeProvider = FieldScopeContext.Provider;

/** What the fields around can be mapped from. */
export function useFieldScope(): FieldScope {
  const scope = useContext(FieldScopeContext);
  if (!scope) throw new Error("useFieldScope needs a FieldScopeProvider around it");
  return scope;
}

/** Reads values of the samples and of the variables. */
export function readerOf({ sources, variables }: FieldScope): ReadMergeField {
  return (stepId, path) => {
    if (stepId !== VARIABLE_STEP_ID) return readPath(sources.find((source) => source.stepId === stepId)?.sample, path);
    return variables.find((variable) => variable.name === path[0])?.value;
  };
}

/** The value that a mapping has in the sample; of an expression `computed` says it (expression-values.ts). */
export const previewOf = (
  scope: FieldScope,
  mapping: Mapping,
  computed?: (mapping: ScriptMapping) => Json | undefined,
): Json | undefined => mappedValue(mapping, readerOf(scope), computed);

/** Why what a step reads from can't be read, as a sentence; undefined when it can. */
function sourceProblem({ sources, names }: FieldScope, stepId: string): string | undefined {
  if (sources.some((source) => source.stepId === stepId)) return undefined;
  const name = names.byId.get(stepId);
  return name === undefined
    ? "The step that this comes from no longer exists. Choose another field."
    : `${name} doesn't come before this step. Choose a field of an earlier one.`;
}

function variableProblem({ variables }: FieldScope, name: string): string | undefined {
  if (variables.some((variable) => variable.name === name)) return undefined;
  return name === "" ? "Choose a variable." : `The cycle has no variable ${name}. Add it, or choose another.`;
}

/** What is broken about a text with merge fields. */
export function textProblem(scope: FieldScope, text: string): string | undefined {
  if (!text.includes("{{")) return undefined;
  for (const { stepId, path } of listMergeFields(text)) {
    const problem =
      stepId === VARIABLE_STEP_ID ? variableProblem(scope, String(path[0] ?? "")) : sourceProblem(scope, stepId);
    if (problem) return problem;
  }
  return undefined;
}

/** What is broken about a mapping. */
export function mappingProblem(scope: FieldScope, mapping: Mapping): string | undefined {
  switch (mapping.source) {
    case "ignore":
      return undefined;
    case "value":
      return textProblem(scope, mapping.text);
    case "step-field":
      return mapping.stepId === "" ? "Choose a field." : sourceProblem(scope, mapping.stepId);
    case "variable":
      return variableProblem(scope, mapping.name);
    case "script":
      return mapping.code.trim() === "" ? "Write an expression." : undefined;
    default:
      return mapping satisfies never;
  }
}
