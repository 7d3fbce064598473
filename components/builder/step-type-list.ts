import { stepDefinitions } from "@/lib/steps/definitions";
import { type StepDefinition, type StepGroup, stepGroups } from "@/lib/steps/types";

const all = Object.values(stepDefinitions) as unknown as StepDefinition[];

/** The step types that fit what is searched for, by group and in the palette's order; groups without one are left out. */
export function stepTypesIn(search: string): { group: StepGroup; types: StepDefinition[] }[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ label, description, type }: StepDefinition) =>
    words.every((word) => `${label} ${description} ${type}`.toLowerCase().includes(word));
  return stepGroups
    .map((group) => ({ group, types: all.filter((definition) => definition.group === group && fits(definition)) }))
    .filter(({ types }) => types.length > 0);
}
