import type { z } from "zod";
import type { WebhookUrl } from "@/lib/contracts/cycles";
import { env } from "@/lib/env";
import type { Tx } from "../context";

/** The address that other systems POST to. */
export const webhookUrl = (identifier: string): string => `${env().PUBLIC_URL}/api/webhook/${identifier}`;

/** URLs of the webhook Steps that a Cycle's draft or its published version has, oldest first. */
export async function listWebhookUrls(db: Tx, cycleId: string): Promise<z.infer<typeof WebhookUrl>[]> {
  const webhooks = await db.webhook.findMany({
    where: { cycleId, deletedAt: null },
    select: { stepId: true, identifier: true },
    orderBy: { id: "asc" },
  });
  return webhooks.map((webhook) => ({ ...webhook, url: webhookUrl(webhook.identifier) }));
}
