import { z } from "zod";
import { comparisonTypes, operatorLabels, operators, unaryOperators } from "@/lib/core/conditions";
import { Mapping } from "@/lib/core/mapping";
import { mappingText } from "@/lib/core/mapping-text";
import type { StepRecord } from "@/lib/core/transaction";
import { defineStep, type RecordWords } from "../types";

/** One comparison; `right` is left out of account by operators that compare with nothing. */
export const DecisionCondition = z.object({
  left: Mapping,
  operator: z.enum(operators),
  type: z.enum(comparisonTypes).default("auto"),
  right: Mapping.default({ source: "value", text: "" }),
});
export type DecisionCondition = z.infer<typeof DecisionCondition>;

export const DecisionGroup = z.object({
  join: z.enum(["and", "or"]).default("and"),
  conditions: z.array(DecisionCondition).max(50).default([]),
});
export type DecisionGroup = z.infer<typeof DecisionGroup>;

/** A condition in one line, with its fields as merge text. */
function inWords({ left, operator, right }: DecisionCondition): string {
  const compared = unaryOperators.has(operator) ? "" : ` ${mappingText(right)}`;
  return `${mappingText(left)} ${operatorLabels[operator]}${compared}`;
}

/** What `run.ts` records of each comparison, group by group. */
const Compared = z.object({
  groups: z.array(
    z.object({
      conditions: z.array(
        z.object({ left: z.json(), right: z.json(), matched: z.boolean(), problem: z.string().optional() }),
      ),
    }),
  ),
});
type ComparedValues = z.infer<typeof Compared>["groups"][number]["conditions"][number];

/** Longer lists of comparisons are only counted. */
const TOLD_CONDITIONS = 2;

/** A condition with the values that it compared: "Order › order.total (249.9) is greater than 100". */
function compared({ left, operator, right }: DecisionCondition, values: ComparedValues, words: RecordWords): string {
  const side = (mapping: Mapping, value: ComparedValues["left"]) => {
    const [source, shown] = [words.mapping(mapping), words.value(value)];
    const typed = mapping.source === "value" && !mapping.text.includes("{{");
    return typed ? source || shown : `${source} (${shown})`;
  };
  const end = unaryOperators.has(operator) ? "" : ` ${side(right, values.right)}`;
  const problem = values.problem ? `: ${values.problem}` : "";
  return `${side(left, values.left)} ${operatorLabels[operator]}${end}${problem}`;
}

function comparedAll(groups: DecisionGroup[], { input }: StepRecord, words: RecordWords): string {
  const parsed = Compared.safeParse(input);
  if (!parsed.success) return "";
  const values = parsed.data.groups.flatMap((group) => group.conditions);
  const conditions = groups.flatMap((group) => group.conditions);
  const [group] = groups;
  if (!group || groups.length > 1 || values.length !== conditions.length || values.length > TOLD_CONDITIONS)
    return `${values.filter(({ matched }) => matched).length} of ${values.length} conditions hold`;
  return conditions.map((condition, at) => compared(condition, values[at]!, words)).join(` ${group.join} `);
}

/** Sends each transaction out by its `true` or its `false` exit. */
export const decision = defineStep({
  type: "decision",
  label: "Decision",
  description: "Compares values and leaves by True or by False.",
  group: "logic",
  settings: z.object({
    /** How the groups are joined; inside a group its own `join` holds. */
    join: z.enum(["and", "or"]).default("and"),
    groups: z.array(DecisionGroup).max(20).default([]),
  }),
  fields: [{ key: "groups", label: "Conditions", kind: "conditions", required: true }],
  exits: () => ["true", "false"],
  problems: ({ groups }) =>
    groups.flatMap((group) =>
      group.conditions.length === 0
        ? [{ field: "groups", message: "A group has no condition. Add one, or remove the group." }]
        : group.conditions
            .filter((condition) => condition.left.source === "ignore")
            .map(() => ({ field: "groups", message: "A condition has no left value. Choose a field to compare." })),
    ),
  summary: ({ groups }) => {
    const count = groups.reduce((sum, group) => sum + group.conditions.length, 0);
    const [only] = groups.flatMap((group) => group.conditions);
    if (!only) return "No conditions yet";
    return count === 1 ? inWords(only) : `${count} conditions`;
  },
  recordSummary: ({ groups }, record, words) => comparedAll(groups, record, words),
  example: () => ({ matched: true }),
});
