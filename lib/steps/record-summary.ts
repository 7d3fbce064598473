import type { Graph } from "@/lib/core/graph";
import { jsonToText } from "@/lib/core/json";
import { mappingText } from "@/lib/core/mapping-text";
import { toDisplayText, uniqueStepNames } from "@/lib/core/merge-display";
import type { StepRecord } from "@/lib/core/transaction";
import { definitionOf } from "./definitions";
import type { RecordWords } from "./types";

/** Values longer than this are cut in a summary. */
const LONGEST_VALUE = 60;

/** What a step of a version is called, what it is, and one line of what it did in a transaction. */
export type DescribedStep = { stepName: string; stepType: string; summary: string };

/** Describes the records of transactions that ran on a graph with these steps. A step that is not there goes by its id. */
export function describeRecords({ steps }: Pick<Graph, "steps">) {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const names = uniqueStepNames(steps);
  const bodyFirst = new Set(steps.filter(({ type }) => definitionOf(type)?.webhook).map(({ id }) => id));
  const words: RecordWords = {
    // Braces mark the fields in texts that people edit; here they would be noise.
    mapping: (mapping) => toDisplayText(mappingText(mapping), names, bodyFirst).replace(/\{\{([^{}]*)\}\}/g, "$1"),
    value: valueInWords,
  };
  const nameOf = (stepId: string): string => byId.get(stepId)?.name ?? stepId;
  const describe = (record: StepRecord): DescribedStep => {
    const step = byId.get(record.stepId);
    if (!step) return { stepName: nameOf(record.stepId), stepType: "", summary: "" };
    const definition = definitionOf(step.type);
    const settings = definition?.settings.safeParse(step.settings);
    const summary = (settings?.success && definition?.recordSummary?.(settings.data, record, words)) || "";
    return { stepName: step.name, stepType: step.type, summary };
  };
  return { describe, nameOf };
}

/** A value as it stands in a sentence: text in quotes, objects as JSON, long ones cut. */
function valueInWords(value: StepRecord["input"]): string {
  if (value === undefined || value === null) return "nothing";
  const text = jsonToText(value);
  const cut = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  return typeof value === "string" ? `"${cut}"` : cut;
}
