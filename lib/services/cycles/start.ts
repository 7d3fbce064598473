import type { z } from "zod";
import type { CycleView, StartInput } from "@/lib/contracts/cycles";
import type { Graph } from "@/lib/core/graph";
import { startCycle as start } from "@/lib/queue/start-cycle";
import { type AccountContext, requireBuilder } from "../context";
import { notFound } from "../errors";
import { problemsOf, requireComplete } from "./check";
import { findCycle } from "./find";
import { getCycle } from "./get";
import { publishDraft } from "./publish";

/**
 * Starts a Cycle, or takes back a stop: what was queued less than 24 h ago runs, older work is discarded. A running one
 * only takes `once`. Throws `cycle_incomplete` with the full list of problems, and `not_found`.
 */
export async function startCycle(
  ctx: AccountContext,
  cycleId: string,
  input: z.infer<typeof StartInput>,
): Promise<CycleView> {
  requireBuilder(ctx);
  const cycle = await findCycle(ctx, cycleId);
  const { publishedVersionId } = cycle;
  if (input.publish || publishedVersionId === null) await publishDraft(ctx, cycle.id);
  else await requireStartable(ctx, cycle.id, publishedVersionId);
  const started = await start(ctx.pool, { cycleId: cycle.id, accountId: ctx.accountId, once: input.once });
  if (!started) throw notFound("cycle");
  return getCycle(ctx, cycle.id);
}

/** Secrets may have been removed since the version was published, so it is checked again at each start. */
async function requireStartable(ctx: AccountContext, cycleId: string, versionId: string) {
  const { graph } = await ctx.db.cycleVersion.findUniqueOrThrow({ where: { id: versionId }, select: { graph: true } });
  requireComplete(await problemsOf(ctx, cycleId, graph as Graph), "started");
}
