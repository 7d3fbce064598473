import { type Plan, planFrom } from "@/lib/core/engine/plan";
import { StepError } from "@/lib/core/errors";
import type { Graph, Step } from "@/lib/core/graph";
import { definitionOf } from "@/lib/steps/definitions";
import { type Expression, expressionsOf } from "@/lib/steps/expressions";
import { compileSettings, type ResolveSettings } from "@/lib/steps/resolve";
import { runnerOf } from "@/lib/steps/runners";
import { shownFields } from "@/lib/steps/shown-fields";
import type { Settings, StepDefinition, StepRunner } from "@/lib/steps/types";

/** How long an outside call may take when the step doesn't say, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** A step made ready to run: nothing of it is parsed again. */
export type CompiledStep = {
  step: Step;
  definition: StepDefinition;
  runner: StepRunner<unknown>;
  resolve: ResolveSettings;
  /** What the sandbox has to compute before the settings can be resolved. */
  expressions: readonly Expression[];
  /** The first exit of its type, which *go on* after a failure takes; null when nothing can follow. */
  firstExit: string | null;
  /** The exit that a hold takes after its time. */
  secondExit: string | null;
  timeoutMs: number;
};

/** A version as seen from one of its triggers. Steps that cannot run hold the error to fail with, at their place in the plan. */
export type CompiledVersion = {
  plan: Plan;
  steps: readonly (CompiledStep | StepError)[];
  variables: ReadonlyMap<string, string>;
  /** Some step after the first waits for requests. */
  holds: boolean;
};

/** Prepares a version for the transactions that begin at one of its steps; undefined when it has no such step. */
export function compileVersion(graph: Graph, startId: string): CompiledVersion | undefined {
  const plan = planFrom(graph, startId);
  if (!plan) return undefined;
  return {
    plan,
    steps: plan.steps.map(({ step, index }) => compileStep(step, { midCycle: index !== plan.start })),
    holds: plan.steps.some(({ step, index }) => index !== plan.start && definitionOf(step.type)?.webhook === true),
    variables: new Map(graph.variables.map((variable) => [variable.name, variable.value])),
  };
}

function compileStep(step: Step, { midCycle }: { midCycle: boolean }): CompiledStep | StepError {
  const definition = definitionOf(step.type);
  const runner = runnerOf(step.type);
  if (!definition || !runner) {
    return new StepError(
      "bad_settings",
      `${step.name} is of the type "${step.type}", which this Spoke doesn't know. Update the worker, or remove the step.`,
    );
  }
  const settings = definition.settings.safeParse(step.settings);
  if (!settings.success) {
    const [issue] = settings.error.issues;
    return new StepError(
      "bad_settings",
      `The settings of ${step.name} can't be used: ${issue?.message ?? "unknown"}.`,
      {
        detail: issue?.path.join("."),
      },
    );
  }
  const exits = definition.exits(settings.data);
  const parsed = settings.data as Settings;
  return {
    step,
    definition,
    runner,
    resolve: compileSettings(definition, parsed),
    expressions: expressionsOf(shownFields(definition, parsed, { midCycle }), parsed),
    firstExit: exits[0] ?? null,
    secondExit: exits[1] ?? null,
    timeoutMs: step.timeoutSeconds === undefined ? DEFAULT_TIMEOUT_MS : step.timeoutSeconds * 1_000,
  };
}
