import type { Graph, Step } from "@/lib/core/graph";
import { definitionOf } from "./definitions";

type Drawn = Pick<Graph, "edges">;

/** Whether a step receives requests in the middle of its cycle: transactions are held there, instead of beginning. */
export function isMidCycle({ edges }: Drawn, { id, type }: Pick<Step, "id" | "type">): boolean {
  return definitionOf(type)?.webhook === true && edges.some((edge) => edge.to === id);
}

/** Whether a step begins the cycle, or could: a trigger that nothing leads into. */
export function isBeginning({ edges }: Drawn, { id, type }: Pick<Step, "id" | "type">): boolean {
  return definitionOf(type)?.trigger === true && !edges.some((edge) => edge.to === id);
}
