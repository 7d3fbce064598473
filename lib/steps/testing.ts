import { type StepType, stepDefinitions } from "./definitions";
import { compileSettings } from "./resolve";
import { runnerOf } from "./runners";
import type { Settings, StepDefinition, StepOutcome } from "./types";

/** Runs one step alone: its settings are parsed and resolved without data of earlier steps. */
export function runStep(
  type: StepType,
  settings: object,
  secrets: Record<string, string> = {},
  begins = false,
): StepOutcome {
  const definition = stepDefinitions[type] as StepDefinition;
  const parsed = definition.settings.parse(settings) as Settings;
  return runnerOf(type)!({
    settings: compileSettings(definition, parsed)(() => undefined),
    secret: (name) => secrets[name],
    timeoutMs: 5_000,
    begins,
  });
}
