import type { CycleExport } from "@/lib/contracts/cycles";
import type { Graph } from "@/lib/core/graph";
import { type Json, stableStringify } from "@/lib/core/json";
import type { AccountContext } from "../context";
import { canonicalGraph } from "./canonical";
import { findCycle } from "./find";

/** The draft of a Cycle as a file, ended by a line break: byte-identical for equal Cycles. Throws `not_found`. */
export async function exportCycle(ctx: AccountContext, cycleId: string): Promise<{ name: string; text: string }> {
  const cycle = await findCycle(ctx, cycleId);
  const file: CycleExport = {
    spoke: 1,
    name: cycle.name,
    parallelLimit: cycle.parallelLimit,
    graph: canonicalGraph(cycle.draft as Graph),
  };
  return { name: cycle.name, text: `${stableStringify(file as unknown as Json)}\n` };
}
