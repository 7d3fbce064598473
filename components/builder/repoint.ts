import { Mapping } from "@/lib/core/mapping";
import { replaceStepsInCode } from "@/lib/core/mapping-code";
import { replaceStepIds } from "@/lib/core/merge-text";
import { definitionOf } from "@/lib/steps/definitions";
import type { Settings } from "@/lib/steps/types";

/** Settings of a step of this type that read from other steps: every old id of `ids` becomes its new one. */
export function repointSettings(type: string, settings: Settings, ids: ReadonlyMap<string, string>): Settings {
  const repointed: Settings = { ...settings };
  for (const field of definitionOf(type)?.fields ?? []) {
    const value = settings[field.key];
    if (value === undefined) continue;
    if (field.kind === "merge-text" || field.kind === "merge-textarea") {
      if (typeof value === "string") repointed[field.key] = replaceStepIds(value, ids);
    } else if (field.kind === "mapping" || field.kind === "named-mappings" || field.kind === "conditions") {
      repointed[field.key] = repointMappings(value, ids) as typeof value;
    }
  }
  return repointed;
}

function repointMappings(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((member) => repointMappings(member, ids));
  if (typeof value !== "object" || value === null) return value;
  const mapping = Mapping.safeParse(value);
  if (mapping.success) return repointMapping(mapping.data, ids);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, repointMappings(member, ids)]));
}

function repointMapping(mapping: Mapping, ids: ReadonlyMap<string, string>): Mapping {
  switch (mapping.source) {
    case "step-field":
      return { ...mapping, stepId: ids.get(mapping.stepId) ?? mapping.stepId };
    case "value":
      return { ...mapping, text: replaceStepIds(mapping.text, ids) };
    case "script":
      return { ...mapping, code: replaceStepsInCode(mapping.code, ids) };
    case "ignore":
    case "variable":
      return mapping;
    default:
      return mapping satisfies never;
  }
}
