import type { z } from "zod";
import type { CycleListQuery, CycleSummary } from "@/lib/contracts/cycles";
import type { AccountContext } from "../context";
import { summarizeCycles, summaryColumns } from "./summarize";

const SHOWN: Record<z.infer<typeof CycleListQuery>["state"], (cycle: CycleSummary) => boolean> = {
  all: () => true,
  running: ({ state }) => state === "running" || state === "running-once" || state === "finishing",
  stopped: ({ state }) => state === "stopped" || state === "never-started",
  failing: ({ today }) => today.failed > 0,
};

/** The Account's Cycles by name, with today's counts. `failing`: those with a failed Transaction today. */
export async function listCycles(
  ctx: AccountContext,
  { state, q }: z.infer<typeof CycleListQuery>,
): Promise<CycleSummary[]> {
  const cycles = await ctx.db.cycle.findMany({
    where: { accountId: ctx.accountId, deletedAt: null, name: q ? { contains: q, mode: "insensitive" } : undefined },
    select: summaryColumns,
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  return (await summarizeCycles(ctx, cycles)).filter(SHOWN[state]);
}
