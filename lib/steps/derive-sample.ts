import type { Step, Variable } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import { mappedValue } from "@/lib/core/mapped-value";
import type { Mapping } from "@/lib/core/mapping";
import { type ReadMergeField, VARIABLE_STEP_ID } from "@/lib/core/merge-text";
import { nestFields } from "@/lib/core/nest";
import { readPath } from "@/lib/core/path";
import { definitionOf } from "./definitions";
import type { Settings } from "./types";

type Field = { name: string; value: Mapping };
type Known = { samples: ReadonlyMap<string, Json>; variables: readonly Variable[] };

/** Reads merge fields and mappings from samples instead of a Transaction. */
function reader({ samples, variables }: Known): ReadMergeField {
  return (stepId, path) =>
    stepId === VARIABLE_STEP_ID
      ? variables.find(({ name }) => name === path[0])?.value
      : readPath(samples.get(stepId), path);
}

/** Fields that a webhook was taught with a sample, as data again. */
function fromSampleFields(fields: { path: string; kind: string; example?: string }[]): Json {
  const leaves = fields.filter(({ kind }) => kind !== "object" && kind !== "list");
  return nestFields(leaves.map(({ path, kind, example }) => ({ name: path, value: toValue(kind, example) })));
}

function toValue(kind: string, example: string | undefined): Json {
  if (kind === "number") return Number(example ?? 0);
  if (kind === "boolean") return example === "true";
  return kind === "null" ? null : (example ?? "");
}

function derive(step: Step, settings: Settings, known: Known): Json | undefined {
  const definition = definitionOf(step.type);
  if (!definition) return undefined;
  if (definition.example) return definition.example(settings);
  const taught = definition.fields.find(({ kind }) => kind === "sample-fields");
  if (taught) return fromSampleFields((settings[taught.key] ?? []) as Parameters<typeof fromSampleFields>[0]);
  const built = definition.fields.find(({ kind, required }) => kind === "named-mappings" && required);
  if (!built) return undefined;
  const read = reader(known);
  const fields = (settings[built.key] ?? []) as Field[];
  return nestFields(fields.map(({ name, value }) => ({ name, value: mappedValue(value, read) ?? null })));
}

/** What a Step would give by its settings alone, from samples of the Steps before it; undefined when that can't be said. */
export function deriveSample(step: Step, known: Known): Json | undefined {
  const settings = definitionOf(step.type)?.settings.safeParse(step.settings);
  if (!settings?.success) return undefined;
  try {
    return derive(step, settings.data as Settings, known);
  } catch {
    // A name that can't be read yet: the check list says so, a picker just has nothing to show.
    return undefined;
  }
}
