import type { z } from "zod";
import type { CheckProblem } from "@/lib/contracts/cycles";
import { type Graph, type Step, upstreamOf } from "@/lib/core/graph";
import { NamedMapping } from "@/lib/core/mapping";
import { definitionOf } from "./definitions";
import { expressionsOf } from "./expressions";
import { isMidCycle } from "./mid-cycle";
import { referencesOf } from "./references";
import { secretName } from "./secret-name";
import { shownFields } from "./shown-fields";
import type { Field, Settings, StepDefinition } from "./types";

/** Everything missing or wrong in one step's settings; `stored` holds `stepId/name` of the stored secrets. */
export function checkSettings(graph: Graph, step: Step, stored: ReadonlySet<string>): CheckProblem[] {
  const at = (field: string | null, message: string): CheckProblem => ({
    severity: "error",
    stepId: step.id,
    stepName: step.name,
    field,
    message,
  });
  const definition = definitionOf(step.type);
  if (!definition) return [at(null, `${step.name} is of the unknown type "${step.type}". Remove it, or update Spoke.`)];
  const parsed = definition.settings.safeParse(step.settings);
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => {
      const field = typeof issue.path[0] === "string" ? issue.path[0] : null;
      return at(field, `${step.name}: ${labelOf(definition, field)} can't be used. ${reasonOf(issue)}`);
    });
  }
  const settings = parsed.data as Settings;
  const shown = shownFields(definition, settings, { midCycle: isMidCycle(graph, step) });
  const absent = shown.filter((field) => isMissing(field, settings, step, stored));
  const problems = definition.problems?.(parsed.data) ?? [];
  return [
    ...absent.map((field) => at(field.key, missing(step, field))),
    ...shown.filter((field) => hasNameless(field, settings)).map((field) => at(field.key, NAMELESS)),
    ...expressionsOf(shown, settings)
      .filter(({ mapping }) => mapping.code.trim() === "")
      .map(({ field, place }) => at(field.key, `${step.name} has no expression for ${place}. ${NO_EXPRESSION}`)),
    ...problems
      .filter((problem) => absent.every((field) => field.key !== problem.field))
      .map((problem) => at(problem.field, problem.message)),
    ...checkReferences(graph, step, settings, shown).map((problem) => at(problem.field, problem.message)),
  ];
}

const UNITS = new Map([
  ["string", " characters"],
  ["array", " entries"],
]);

/** How messages begin that a schema has not been given: they are for whoever reads code. */
const UNTOLD = /^(Too (big|small)|Invalid input)\b/;

/** What is wrong with a value, in words for whoever typed it. */
function reasonOf(issue: z.core.$ZodIssue): string {
  if (UNTOLD.test(issue.message)) {
    if (issue.code === "too_small") return `It must be ${issue.minimum}${UNITS.get(issue.origin) ?? ""} or more.`;
    if (issue.code === "too_big") return `It must be ${issue.maximum}${UNITS.get(issue.origin) ?? ""} or less.`;
    if (issue.code === "invalid_type" && issue.expected === "int") return "It must be a whole number.";
  }
  return `${issue.message}.`;
}

const NO_EXPRESSION = "Write one, or take another source.";

const NAMELESS = "A field has no name. Type one, or remove the field.";

function labelOf(definition: StepDefinition, field: string | null): string {
  return definition.fields.find((known) => known.key === field)?.label ?? field ?? "a setting";
}

function isMissing(field: Field, settings: Settings, step: Step, stored: ReadonlySet<string>): boolean {
  if (!field.required) return false;
  if (field.kind === "secret") return !stored.has(`${step.id}/${secretName(field)}`);
  const value = settings[field.key];
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return value.trim() === "";
  if (Array.isArray(value)) return value.length === 0;
  return field.kind === "mapping" && (value as { source?: unknown }).source === "ignore";
}

/** "Create invoice has no URL. Type one, or map it from an earlier step." */
function missing(step: Step, field: Field): string {
  const isAcronym = /^[A-Z]{2}/.test(field.label);
  const label = isAcronym ? field.label : field.label.charAt(0).toLowerCase() + field.label.slice(1);
  return `${step.name} has no ${label}. ${remedies[field.kind]}`;
}

const remedies: Record<Field["kind"], string> = {
  text: "Type one.",
  textarea: "Type one.",
  number: "Type a number.",
  select: "Choose one.",
  switch: "Choose one.",
  "merge-text": "Type one, or map it from an earlier step.",
  "merge-textarea": "Type one, or map it from an earlier step.",
  mapping: "Type one, or map it from an earlier step.",
  "named-mappings": "Add at least one.",
  conditions: "Add at least one.",
  secret: "Type it; it is stored encrypted.",
  "sample-fields": "Paste a sample, or listen for a request.",
  script: "Write it.",
  own: "Fill it in.",
};

function hasNameless(field: Field, settings: Settings): boolean {
  if (field.kind !== "named-mappings") return false;
  const entries = NamedMapping.array().safeParse(settings[field.key]);
  return (entries.data ?? []).some((entry) => entry.name.trim() === "");
}

function checkReferences(graph: Graph, step: Step, settings: Settings, shown: readonly Field[]) {
  const references = referencesOf(settings, shown);
  const upstream = references.length > 0 ? upstreamOf(graph, step.id) : new Set<string>();
  return references.flatMap(({ field, reference }) => {
    const message =
      reference.kind === "variable"
        ? variableProblem(graph, step, field, reference.name)
        : stepProblem(graph, step, field, reference.stepId, upstream);
    return message === undefined ? [] : [{ field: field.key, message }];
  });
}

function variableProblem(graph: Graph, step: Step, field: Field, name: string): string | undefined {
  if (graph.variables.some((variable) => variable.name === name)) return undefined;
  return `${step.name} uses the variable ${name} in ${field.label}, but the cycle has no such variable. Add it, or choose another.`;
}

function stepProblem(graph: Graph, step: Step, field: Field, stepId: string, upstream: ReadonlySet<string>) {
  if (stepId === "") return `${step.name} has no field chosen in ${field.label}. Choose one, or take another source.`;
  const source = graph.steps.find((known) => known.id === stepId);
  if (!source)
    return `${step.name} takes ${field.label} from a step that no longer exists. Choose a field of another step.`;
  if (upstream.has(stepId) && stepId !== step.id) return undefined;
  return `${step.name} takes ${field.label} from ${source.name}, which doesn't come before it. Choose a field of an earlier step.`;
}
