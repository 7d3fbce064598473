import type { AllowedIpsView, SetAllowedIpsInput } from "@/lib/contracts/security";
import { notifyCycles } from "@/lib/queue/notify";
import { parseAllowedIps } from "@/lib/webhooks/checks/ip-filter";
import { type AccountContext, requireBuilder, type Tx } from "../context";
import { ServiceError } from "../errors";
import { findWebhook } from "../listen/find-webhook";

const toView = (allowedIps: string): AllowedIpsView => ({
  allowedIps,
  count: parseAllowedIps(allowedIps).ranges.length,
});

/** The addresses that may send to the webhook of a Step. Throws `not_found`. */
export async function getAllowedIps(ctx: AccountContext, cycleId: string, stepId: string): Promise<AllowedIpsView> {
  const { allowedIps } = await findWebhook(ctx, cycleId, stepId);
  return toView(allowedIps);
}

/**
 * Sets the addresses that may send to the webhook of a Step, from the next request on and on every machine. A list with
 * an entry that can't be read is refused (`invalid`, `lines`). Throws `not_found`.
 */
export async function setAllowedIps(
  ctx: AccountContext,
  { cycleId, stepId }: { cycleId: string; stepId: string },
  { allowedIps }: SetAllowedIpsInput,
): Promise<AllowedIpsView> {
  requireBuilder(ctx);
  const webhook = await findWebhook(ctx, cycleId, stepId);
  const { problems } = parseAllowedIps(allowedIps);
  if (problems.length > 0) {
    const lines = problems.map(({ line, message }) => ({ line, message }));
    const count = lines.length === 1 ? "One entry" : `${lines.length} entries`;
    throw new ServiceError("invalid", `${count} of the list can't be used, so nothing was changed.`, { lines });
  }
  await ctx.db.$transaction(async (tx) => {
    await tx.webhook.update({ where: { id: webhook.id }, data: { allowedIps } });
    await notifyCycles(tx, [webhook.cycleId]);
  });
  return toView(allowedIps);
}

/** Ids of the Steps of a Cycle whose list allows an address. */
export async function listAddressLists(db: Tx, cycleId: string): Promise<string[]> {
  const webhooks = await db.webhook.findMany({
    where: { cycleId, deletedAt: null, allowedIps: { not: "" } },
    select: { stepId: true, allowedIps: true },
    orderBy: { id: "asc" },
  });
  return webhooks.flatMap(({ stepId, allowedIps }) => (parseAllowedIps(allowedIps).ranges.length > 0 ? [stepId] : []));
}
