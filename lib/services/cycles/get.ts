import type { CycleView } from "@/lib/contracts/cycles";
import type { Graph } from "@/lib/core/graph";
import type { AccountContext } from "../context";
import { notFound } from "../errors";
import { nameOfUser } from "../users/name";
import { listAddressLists } from "../webhooks/allowed-ips";
import { findCycle } from "./find";
import { summarizeCycles, summaryColumns } from "./summarize";
import { listWebhookUrls } from "./webhook-urls";

/** A Cycle with its draft. Throws `not_found` when the Account has no such Cycle. */
export async function getCycle(ctx: AccountContext, cycleId: string): Promise<CycleView> {
  const { id } = await findCycle(ctx, cycleId);
  const cycle = await ctx.db.cycle.findUnique({
    where: { id },
    select: {
      ...summaryColumns,
      parallelLimit: true,
      draft: true,
      draftChangedAt: true,
      draftChangedBy: true,
      secrets: { select: { stepId: true, name: true }, orderBy: [{ stepId: "asc" }, { name: "asc" }] },
    },
  });
  if (!cycle) throw notFound("cycle");
  const [[summary], webhooks, addressLists, draftChangedBy] = await Promise.all([
    summarizeCycles(ctx, [cycle]),
    listWebhookUrls(ctx.db, id),
    listAddressLists(ctx.db, id),
    nameOfUser(ctx, cycle.draftChangedBy),
  ]);
  return {
    ...summary!,
    parallelLimit: cycle.parallelLimit,
    draft: cycle.draft as Graph,
    draftRevision: cycle.draftRevision,
    draftChangedAt: cycle.draftChangedAt.toISOString(),
    draftChangedBy,
    publishedVersionId: cycle.publishedVersionId,
    webhooks,
    secrets: cycle.secrets.map(({ stepId, name }) => `${stepId}/${name}`),
    addressLists,
  };
}
