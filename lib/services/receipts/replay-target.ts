import { acceptsRequests } from "@/lib/core/cycle-state";
import type { Prisma } from "@/lib/db/client";
import { findOnceWebhook } from "@/lib/queue/find-webhook";
import { type CachedWebhook, toCachedWebhook } from "@/lib/webhooks/cache";
import type { AccountContext } from "../context";
import { ServiceError } from "../errors";

/** Where a request is run again: the webhook as the door knows it, in the chosen version. */
export type ReplayTarget = CachedWebhook & { versionId: string; identifier: string };

type Receipt = Pick<Prisma.ReceiptGetPayload<object>, "identifier">;

async function readTarget(
  ctx: AccountContext,
  { identifier }: Receipt,
  version: number | undefined,
): Promise<ReplayTarget> {
  const found = await findOnceWebhook(ctx.pool, identifier);
  if (found?.accountId !== ctx.accountId)
    throw new ServiceError("conflict", "The webhook was deleted with its cycle. Send the request to another one.");
  if (!acceptsRequests({ ...found, now: new Date() }))
    throw new ServiceError("conflict", "The cycle isn't active. Start it, then replay.");
  let { versionId, graph } = found;
  if (version !== undefined) {
    const where = { cycleId_number: { cycleId: found.cycleId, number: version } };
    const chosen = await ctx.db.cycleVersion.findUnique({ where });
    if (!chosen) throw new ServiceError("conflict", `The cycle has no version ${version}.`);
    versionId = chosen.id;
    graph = chosen.graph;
  }
  const webhook = toCachedWebhook({ ...found, versionId, graph });
  if (webhook.versionId === null) {
    const where = version === undefined ? "the published version" : `version ${version}`;
    const hint = version === undefined ? " Run it on a version that has it." : "";
    throw new ServiceError("conflict", `The step that took this request isn't in ${where}.${hint}`);
  }
  return { ...webhook, versionId: webhook.versionId, identifier };
}

/** Finds where requests are run again, once for all of a webhook. */
export class ReplayTargets {
  readonly #known = new Map<string, Promise<ReplayTarget>>();

  /** Throws `conflict` when the Cycle takes no requests or the version has no such Step. */
  find(ctx: AccountContext, receipt: Receipt, version: number | undefined): Promise<ReplayTarget> {
    const key = `${ctx.accountId} ${receipt.identifier}`;
    const known = this.#known.get(key) ?? readTarget(ctx, receipt, version);
    this.#known.set(key, known);
    return known;
  }
}
