import { type ConditionResult, evaluateGroups } from "@/lib/core/conditions";
import type { Json } from "@/lib/core/json";
import type { StepRunner } from "../types";
import type { decision } from "./definition";

/** Compares, and leaves by `true` or `false`. The record shows the compared values. */
export const runDecision: StepRunner<typeof decision> = ({ settings: { join, groups } }) => {
  const { matched, groups: results } = evaluateGroups(
    { join, groups },
    groups.map((group) => group.conditions),
  );
  const compared = results.map((group) => ({ conditions: group.results.map(shown) }));
  return { kind: "continue", exit: String(matched), input: { groups: compared }, output: { matched } };
};

function shown({ left = null, right = null, operator, matched, problem }: ConditionResult): { [key: string]: Json } {
  const values = { left, operator, right, matched };
  return problem === undefined ? values : { ...values, problem };
}
