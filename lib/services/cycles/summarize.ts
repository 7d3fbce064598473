import type { CycleSummary } from "@/lib/contracts/cycles";
import { discardsAt } from "@/lib/core/cycle-state";
import type { Graph } from "@/lib/core/graph";
import type { Prisma } from "@/lib/db/client";
import { countCycles } from "@/lib/queue/count-cycles";
import { isSynchronous } from "@/lib/steps/check";
import type { AccountContext } from "../context";
import { startOfDay } from "../day";
import { knownVersions } from "../versions/known";
import { stateName } from "./state";

/** What a list needs of a Cycle: no graph of those that are published. */
export const summaryColumns = {
  id: true,
  accountId: true,
  name: true,
  state: true,
  startedAt: true,
  stoppedAt: true,
  runOnce: true,
  draftRevision: true,
  publishedRevision: true,
  publishedVersionId: true,
  publishedVersion: { select: { number: true } },
  updatedAt: true,
} as const;

export type SummaryRow = Prisma.CycleGetPayload<{ select: typeof summaryColumns }> & { draft?: unknown };

/** Adds today's counts to Cycles of one Account, in their order. An unpublished one is synchronous when its draft is. */
export async function summarizeCycles(ctx: AccountContext, cycles: SummaryRow[]): Promise<CycleSummary[]> {
  const versionIds = cycles.flatMap(({ publishedVersionId }) => publishedVersionId ?? []);
  const [counts, versions] = await Promise.all([
    countCycles(ctx.pool, {
      accountId: ctx.accountId,
      cycleIds: cycles.map(({ id }) => id),
      since: startOfDay(new Date()),
    }),
    knownVersions(ctx, versionIds),
  ]);
  return cycles.map((cycle) => {
    const count = counts.get(cycle.id)!;
    const discards = discardsAt(cycle);
    return {
      id: cycle.id,
      accountId: cycle.accountId,
      name: cycle.name,
      state: stateName(cycle),
      stoppedAt: cycle.state === "STOPPED" ? cycle.stoppedAt!.toISOString() : null,
      startedAt: cycle.startedAt?.toISOString() ?? null,
      discardsAt: discards !== null && count.queued > 0 ? discards.toISOString() : null,
      queued: count.queued,
      publishedVersion: cycle.publishedVersion?.number ?? null,
      unpublished: cycle.publishedRevision !== cycle.draftRevision,
      synchronous: cycle.publishedVersionId
        ? versions.get(cycle.publishedVersionId)?.synchronous === true
        : cycle.draft !== undefined && isSynchronous(cycle.draft as Graph),
      today: { total: count.total, failed: count.failed, p95Ms: count.p95Ms },
      lastTransactionAt: count.lastTransactionAt?.toISOString() ?? null,
      updatedAt: cycle.updatedAt.toISOString(),
    };
  });
}
