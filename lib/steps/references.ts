import { Mapping } from "@/lib/core/mapping";
import { listMergeFields, VARIABLE_STEP_ID } from "@/lib/core/merge-text";
import type { Field, Settings } from "./types";

/** What a mapping or merge field reads. */
export type Reference = { kind: "step"; stepId: string } | { kind: "variable"; name: string };

export type FieldReference = { field: Field; reference: Reference };

/** Everything that the given fields of a step's settings read from earlier steps and variables. */
export function referencesOf(settings: Settings, fields: readonly Field[]): FieldReference[] {
  return fields.flatMap((field) => {
    const value = settings[field.key];
    switch (field.kind) {
      case "merge-text":
      case "merge-textarea":
        return typeof value === "string" ? ofText(value).map((reference) => ({ field, reference })) : [];
      case "mapping":
      case "named-mappings":
      case "conditions":
        return ofMappings(value).map((reference) => ({ field, reference }));
      default:
        return [];
    }
  });
}

function ofMappings(value: unknown): Reference[] {
  if (Array.isArray(value)) return value.flatMap(ofMappings);
  if (typeof value !== "object" || value === null) return [];
  const mapping = Mapping.safeParse(value);
  return mapping.success ? ofMapping(mapping.data) : Object.values(value).flatMap(ofMappings);
}

function ofMapping(mapping: Mapping): Reference[] {
  switch (mapping.source) {
    case "ignore":
    case "script":
      return [];
    case "value":
      return ofText(mapping.text);
    case "step-field":
      return [{ kind: "step", stepId: mapping.stepId }];
    case "variable":
      return [{ kind: "variable", name: mapping.name }];
    default:
      return mapping satisfies never;
  }
}

function ofText(text: string): Reference[] {
  return listMergeFields(text).map(({ stepId, path }) =>
    stepId === VARIABLE_STEP_ID ? { kind: "variable", name: String(path[0] ?? "") } : { kind: "step", stepId },
  );
}
