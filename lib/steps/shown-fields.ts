import type { Field, Settings, StepDefinition } from "./types";

/** The fields of a step that count: those of its place in the cycle, as far as its other settings don't hide them. */
export const shownFields = (
  { fields }: Pick<StepDefinition, "fields">,
  settings: Settings,
  { midCycle }: { midCycle: boolean },
): Field[] => fields.filter((field) => (midCycle || !field.midCycle) && (field.when?.(settings) ?? true));
