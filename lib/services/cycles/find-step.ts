import type { Graph, Step } from "@/lib/core/graph";
import type { AccountContext } from "../context";
import { notFound } from "../errors";
import { findCycle } from "./find";

/** A Step of the draft of one of the Account's Cycles. Throws `not_found` when there is no such Cycle or Step. */
export async function findStep(ctx: AccountContext, cycleId: string, stepId: string): Promise<Step> {
  const { draft } = await findCycle(ctx, cycleId);
  const step = (draft as Graph).steps.find(({ id }) => id === stepId);
  if (!step) throw notFound("step in the draft of this cycle");
  return step;
}
