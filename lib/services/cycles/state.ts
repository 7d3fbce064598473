import type { CycleStateName } from "@/lib/contracts/cycles";
import type { CycleState } from "@/lib/core/cycle-state";

const NAMES: Record<CycleState, CycleStateName> = {
  NEVER_STARTED: "never-started",
  RUNNING: "running",
  FINISHING: "finishing",
  STOPPED: "stopped",
};

/** A Cycle's state in the words of the API. */
export function stateName({ state, runOnce }: { state: CycleState; runOnce: boolean }): CycleStateName {
  return state === "RUNNING" && runOnce ? "running-once" : NAMES[state];
}
