import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FieldScope, FieldSource, FieldStep } from "@/components/fields/field-scope";
import { useAccount } from "@/lib/client/account";
import { samplesQuery } from "@/lib/client/samples";
import type { StepSampleView } from "@/lib/contracts/cycles";
import { toStep } from "@/lib/core/flow";
import type { Variable } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import { definitionOf } from "@/lib/steps/definitions";
import { deriveSample } from "@/lib/steps/derive-sample";
import { useBuilder } from "./builder-context";
import type { Content, StepNode } from "./draft";
import { sameMembers, useStored } from "./store";
import { namesOnCanvas } from "./use-step-summary";

/** What the fields of a step can be mapped from, with samples; the same object until it or one of the earlier steps changes. */
export function useScopeOf(stepId: string): FieldScope {
  const { shown, cycleId, sample, readOnly, saver } = useBuilder();
  const transactionId = useStored(sample, (id) => id) ?? undefined;
  const { data, isPending } = useQuery(samplesQuery(useAccount(), cycleId, transactionId));
  const earlier = useStored(shown.store, (state) => earlierSteps(state, stepId), sameMembers);
  const names = useStored(shown.store, (state) => namesOnCanvas(state.nodes));
  const variables = useStored(shown.store, (state) => state.variables);
  const own = useStored(shown.store, (state) => state.nodes.find((node) => node.id === stepId)?.data);
  const step = useMemo((): FieldStep => {
    const entry = data?.entries.find((known) => known.stepId === stepId);
    const receives = (own && definitionOf(own.type)?.webhook) ?? false;
    const node = own && { id: stepId, position: { x: 0, y: 0 }, data: own };
    const derived = node && receives ? deriveSample(toStep(node), { samples: new Map(), variables: [] }) : undefined;
    return { cycleId, stepId, receives, sample: (entry?.data as Json | undefined) ?? derived, flush: saver.flush };
  }, [data, own, cycleId, stepId, saver]);
  return useMemo(() => {
    const entries = data?.entries ?? [];
    const sources = sourcesOf(earlier, entries, variables, transactionId);
    return { step, sources, samplesPending: isPending, names, variables, readOnly };
  }, [step, data, isPending, earlier, names, variables, readOnly, transactionId]);
}

/** Steps that come before a step, the nearest first (by edges, then as drawn). */
function earlierSteps({ nodes, edges }: Content, stepId: string): StepNode[] {
  const distance = new Map<string, number>();
  let front = [stepId];
  for (let steps = 1; front.length > 0; steps++) {
    const before = edges.filter((edge) => front.includes(edge.target) && !distance.has(edge.source));
    front = [...new Set(before.map((edge) => edge.source))];
    for (const id of front) distance.set(id, steps);
  }
  return nodes
    .filter((node) => distance.has(node.id) && node.id !== stepId && !definitionOf(node.data.type)?.annotation)
    .toSorted((a, b) => (distance.get(a.id) ?? 0) - (distance.get(b.id) ?? 0) || b.position.x - a.position.x);
}

const origins: Record<StepSampleView["source"], string> = {
  pasted: "pasted sample",
  request: "last request",
  transaction: "transaction",
  schema: "example",
};

/** Each earlier step's data: of the chosen transaction, or the newest sample, or what its settings say it will be. */
function sourcesOf(
  earlier: readonly StepNode[],
  entries: readonly StepSampleView[],
  variables: readonly Variable[],
  transactionId: string | undefined,
): FieldSource[] {
  const given = new Map(entries.map((entry) => [entry.stepId, entry]));
  const known = new Map<string, Json>();
  // The farthest first: what a step builds is made from the samples of those before it.
  const sources = earlier.toReversed().map((node): FieldSource => {
    const entry = given.get(node.id);
    // A step that only builds from earlier data shows what it would build now, not what it built before it was changed.
    const derived = transactionId === undefined ? deriveSample(toStep(node), { samples: known, variables }) : undefined;
    const builds =
      derived !== undefined && !definitionOf(node.data.type)?.example && !definitionOf(node.data.type)?.webhook;
    const sample = (builds ? derived : undefined) ?? (entry?.data as Json | undefined) ?? derived;
    if (sample !== undefined) known.set(node.id, sample);
    const origin = builds
      ? "as it is set up"
      : entry
        ? origins[entry.source]
        : sample === undefined
          ? "no sample yet"
          : "example";
    return { stepId: node.id, name: node.data.name, type: node.data.type, sample, origin };
  });
  return sources.reverse();
}
