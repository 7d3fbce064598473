import { z } from "zod";
import { Graph } from "@/lib/core/graph";

/** A draft that could not be sent yet, with the graph and the revision that it was made on. */
const Unsaved = z.object({ graph: Graph, base: Graph, revision: z.number().int() });
export type Unsaved = z.infer<typeof Unsaved>;

const keyOf = (cycleId: string) => `spoke.unsaved.${cycleId}`;

/** Keeps a draft in this tab until it is saved; null forgets it. Without room in the browser nothing is kept. */
export function keepUnsaved(cycleId: string, unsaved: Unsaved | null): void {
  try {
    if (unsaved) sessionStorage.setItem(keyOf(cycleId), JSON.stringify(unsaved));
    else sessionStorage.removeItem(keyOf(cycleId));
  } catch {
    // The draft is still on the canvas, which warns before it is left.
  }
}

/** The draft that was kept in this tab for a cycle. */
export function readUnsaved(cycleId: string): Unsaved | undefined {
  try {
    return Unsaved.safeParse(JSON.parse(sessionStorage.getItem(keyOf(cycleId)) ?? "null")).data;
  } catch {
    return undefined;
  }
}
