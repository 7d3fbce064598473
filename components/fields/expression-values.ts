"use client";
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { useAccount } from "@/lib/client/account";
import { expressionQuery } from "@/lib/client/scripts";
import { useDebounced } from "@/lib/client/use-debounced";
import type { ScriptErrorView } from "@/lib/contracts/scripts";
import type { Json } from "@/lib/core/json";
import type { Mapping, ScriptMapping } from "@/lib/core/mapping";
import { mappingProblem, useFieldScope } from "./field-scope";
import { sampleOfSteps } from "./script/script-scope";

const STILL_MS = 350;

/** Larger samples are not sent for a preview, in characters of JSON: *Try it* runs on them. */
const LARGEST_SAMPLE = 200_000;

/** What the sandbox gave for an expression on the chosen sample. */
export type ExpressionValue = { value: Json | undefined; error: ScriptErrorView | null };

/**
 * What the expressions among these mappings come to in the chosen sample, a moment after the last change; undefined while that is
 * not known, and for whoever may only look.
 */
export function useExpressionValues(
  mappings: readonly Mapping[],
): (mapping: ScriptMapping) => ExpressionValue | undefined {
  const account = useAccount();
  const scope = useFieldScope();
  const { readOnly, samplesPending, sources } = scope;
  // Without any sample an expression has nothing to be right or wrong on.
  const hasSample = sources.length === 0 || sources.some((source) => source.sample !== undefined);
  const { cycleId, stepId, flush } = scope.step;
  const codes = mappings.flatMap((mapping) =>
    mapping.source === "script" && mappingProblem(scope, mapping) === undefined ? [mapping.code] : [],
  );
  const settled = useDebounced(JSON.stringify([...new Set(codes)]), STILL_MS);
  const sample = useMemo(() => JSON.stringify(sampleOfSteps(scope)), [scope]);
  const variables = JSON.stringify(scope.variables);
  const wanted = JSON.parse(settled) as string[];
  const queries = useQueries({
    queries: wanted.map((code) => ({
      ...expressionQuery(account, { cycleId, stepId, code, sample, variables, flush }),
      enabled: !readOnly && !samplesPending && hasSample && sample.length <= LARGEST_SAMPLE,
    })),
  });
  return ({ code }) => {
    const trial = queries[wanted.indexOf(code)]?.data;
    return trial && { value: trial.returned as Json | undefined, error: trial.error };
  };
}
