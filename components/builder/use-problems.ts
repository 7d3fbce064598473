import { useEffect, useState } from "react";
import type { CheckProblem, CycleView } from "@/lib/contracts/cycles";
import { checkGraph } from "@/lib/steps/check";
import { noProblems, type Problems } from "./builder-context";
import { type Draft, graphOf } from "./draft";
import { createStore, type Store } from "./store";

/** How long typing has to pause before the graph is checked again. */
const PAUSE_MS = 120;

/** What is kept of the cycle's steps beside the draft. */
export type Stored = Pick<CycleView, "secrets" | "addressLists">;

/** What is missing or wrong in the draft, worked out anew a moment after each change. */
export function useProblems(draft: Draft, { secrets, addressLists }: Stored): Store<Problems> {
  const [store] = useState(() => createStore<Problems>(noProblems));
  const [secretKey, addressKey] = [secrets.join(" "), addressLists.join(" ")];

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let checked = -1;
    const check = () => {
      checked = draft.store.get().version;
      const stored = { secrets: secretKey.split(" "), addressLists: addressKey.split(" ") };
      store.set(byStep(checkGraph(graphOf(draft.store.get()), stored), store.get()));
    };
    const unsubscribe = draft.store.subscribe(() => {
      if (draft.store.get().version === checked) return;
      clearTimeout(timer);
      timer = setTimeout(check, PAUSE_MS);
    });
    check();
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [draft, store, secretKey, addressKey]);
  return store;
}

/** Groups problems by step; a step whose problems are as before keeps its list, so that it isn't drawn again. */
function byStep(all: CheckProblem[], before: Problems): Problems {
  const grouped = new Map<string, CheckProblem[]>();
  for (const problem of all) {
    if (problem.stepId !== null) grouped.set(problem.stepId, [...(grouped.get(problem.stepId) ?? []), problem]);
  }
  const kept = Array.from(grouped, ([stepId, problems]): [string, readonly CheckProblem[]] => {
    const known = before.byStep.get(stepId);
    return [stepId, known && sameProblems(known, problems) ? known : problems];
  });
  return { all, byStep: new Map(kept) };
}

function sameProblems(a: readonly CheckProblem[], b: readonly CheckProblem[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ message, field }, index) => message === b[index]?.message && field === b[index]?.field)
  );
}
