import type { Json } from "@/lib/core/json";
import { jsonToText } from "@/lib/core/json";
import type { Mapping, NamedMapping, ScriptMapping } from "@/lib/core/mapping";
import { type MergeField, parseMergeText, type ReadMergeField, VARIABLE_STEP_ID } from "@/lib/core/merge-text";
import type { FieldKind, NamedValue, Settings, StepDefinition } from "./types";

/** The value that the sandbox gave for an expression. */
export type Computed = (mapping: ScriptMapping) => Json | undefined;

/** Gives a step's settings with their mappings replaced by values, for the data that `read` knows and the expressions' values. */
export type ResolveSettings = (read: ReadMergeField, computed?: Computed) => Settings;

type Resolve<Value = unknown> = (read: ReadMergeField, computed: Computed) => Value;

const NOTHING_COMPUTED: Computed = () => undefined;

/**
 * Prepares settings that their definition has parsed, once for a version, so that nothing is parsed while transactions run.
 * Named mappings that are ignored or have no value are left out of their list.
 */
export function compileSettings(definition: Pick<StepDefinition, "fields">, settings: Settings): ResolveSettings {
  const resolvers = definition.fields.flatMap(({ key, kind }): [string, Resolve][] => {
    const resolve = Object.hasOwn(settings, key) ? compileField(kind, settings[key]) : undefined;
    return resolve ? [[key, resolve]] : [];
  });
  if (resolvers.length === 0) return () => settings;
  return (read, computed = NOTHING_COMPUTED) => {
    const resolved: Record<string, unknown> = { ...settings };
    for (const [key, resolve] of resolvers) resolved[key] = resolve(read, computed);
    return resolved as Settings;
  };
}

function compileField(kind: FieldKind, value: unknown): Resolve | undefined {
  switch (kind) {
    case "merge-text":
    case "merge-textarea":
      return compileText(value as string);
    case "mapping":
      return compileMapping(value as Mapping);
    case "named-mappings":
      return compileNamed(value as NamedMapping[]);
    case "conditions":
      return compileGroups(value as Group[]);
    case "text":
    case "textarea":
    case "number":
    case "select":
    case "switch":
    case "secret":
    case "sample-fields":
    case "script":
    case "own":
      return undefined;
    default:
      return kind satisfies never;
  }
}

type Part = string | MergeField;

function renderParts(parts: readonly Part[], read: ReadMergeField): string {
  let text = "";
  for (const part of parts) text += typeof part === "string" ? part : jsonToText(read(part.stepId, part.path));
  return text;
}

function compileText(text: string): (read: ReadMergeField) => string {
  const parts = parseMergeText(text);
  if (parts.every((part) => typeof part === "string")) {
    const literal = parts.join("");
    return () => literal;
  }
  return (read) => renderParts(parts, read);
}

function compileMapping(mapping: Mapping): Resolve<Json | undefined> {
  switch (mapping.source) {
    case "ignore":
      return () => undefined;
    case "value":
      return compileValue(mapping.text);
    case "step-field":
      return (read) => read(mapping.stepId, mapping.path);
    case "variable":
      return (read) => read(VARIABLE_STEP_ID, [mapping.name]);
    case "script":
      return (_read, computed) => computed(mapping);
    default:
      return mapping satisfies never;
  }
}

/** A text that is one merge field alone keeps the field's type. */
function compileValue(text: string): (read: ReadMergeField) => Json | undefined {
  const parts = parseMergeText(text);
  const [only] = parts;
  if (parts.length === 1 && typeof only === "object") return (read) => read(only.stepId, only.path);
  return compileText(text);
}

function compileNamed(fields: NamedMapping[]): Resolve<NamedValue[]> {
  const compiled = fields.map(({ name, value }) => ({ name, resolve: compileMapping(value) }));
  return (read, computed) => {
    const values: NamedValue[] = [];
    for (const { name, resolve } of compiled) {
      const value = resolve(read, computed);
      if (value !== undefined) values.push({ name, value });
    }
    return values;
  };
}

type Group = { join: "and" | "or"; conditions: { left: Mapping; right: Mapping }[] };

function compileGroups(groups: Group[]) {
  const compiled = groups.map((group) => ({
    group,
    conditions: group.conditions.map((condition) => ({
      condition,
      left: compileMapping(condition.left),
      right: compileMapping(condition.right),
    })),
  }));
  return (read: ReadMergeField, computed: Computed) =>
    compiled.map(({ group, conditions }) => ({
      ...group,
      conditions: conditions.map(({ condition, left, right }) => ({
        ...condition,
        left: left(read, computed),
        right: right(read, computed),
      })),
    }));
}
