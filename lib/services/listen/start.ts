import type { ListenView } from "@/lib/contracts/listen";
import { notifyCycles } from "@/lib/queue/notify";
import { type AccountContext, requireBuilder } from "../context";
import { findWebhook } from "./find-webhook";

/** How long the next request is waited for, in milliseconds. */
export const LISTEN_MS = 10 * 60_000;

/** Lets the whole body of the next requests to a Step's webhook be kept, whatever they are answered. Throws `not_found`. */
export async function startListening(ctx: AccountContext, cycleId: string, stepId: string): Promise<ListenView> {
  requireBuilder(ctx);
  const webhook = await findWebhook(ctx, cycleId, stepId);
  const listeningUntil = new Date(Date.now() + LISTEN_MS);
  await ctx.db.$transaction(async (tx) => {
    await tx.webhook.update({ where: { id: webhook.id }, data: { listeningUntil } });
    await notifyCycles(tx, [webhook.cycleId]);
  });
  return { listeningUntil: listeningUntil.toISOString(), request: null, refused: [] };
}
