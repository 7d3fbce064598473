import type { CycleView } from "@/lib/contracts/cycles";
import type { Graph } from "@/lib/core/graph";
import { type AccountContext, requireBuilder } from "../context";
import { findCycle } from "./find";
import { getCycle } from "./get";
import { freeName, withUniqueName } from "./name";
import { reconcileWebhooks } from "./reconcile-webhooks";

/** Makes a Cycle of another one's draft, with its secrets, lists of addresses and samples and new webhook identifiers. It isn't started. Throws `not_found`. */
export async function copyCycle(ctx: AccountContext, cycleId: string): Promise<CycleView> {
  requireBuilder(ctx);
  const cycle = await findCycle(ctx, cycleId);
  const name = await freeName(ctx, ctx.db, `${cycle.name.slice(0, 115)} copy`);
  const draft = cycle.draft as Graph;
  const copyId = await withUniqueName(name, () =>
    ctx.db.$transaction(async (tx) => {
      const copy = await tx.cycle.create({
        data: { accountId: ctx.accountId, name, draft, parallelLimit: cycle.parallelLimit, draftChangedBy: ctx.userId },
      });
      const secrets = await tx.stepSecret.findMany({ where: { cycleId: cycle.id } });
      await tx.stepSecret.createMany({ data: secrets.map((secret) => ({ ...secret, cycleId: copy.id })) });
      const samples = await tx.stepSample.findMany({ where: { cycleId: cycle.id } });
      await tx.stepSample.createMany({
        data: samples.map((sample) => ({ ...sample, cycleId: copy.id, data: sample.data! })),
      });
      await reconcileWebhooks(tx, copy, { draft, published: null });
      const lists = await tx.webhook.findMany({ where: { cycleId: cycle.id, allowedIps: { not: "" } } });
      for (const { stepId, allowedIps } of lists)
        await tx.webhook.updateMany({ where: { cycleId: copy.id, stepId }, data: { allowedIps } });
      return copy.id;
    }),
  );
  return getCycle(ctx, copyId);
}
