import type { WebhookView } from "@/lib/contracts/webhooks";

type Place = Pick<WebhookView, "account" | "cycle" | "release" | "step">;

/** What a webhook's step is in: the cycle of an account, or the release of a template. */
export function ownerOf({ account, cycle, release }: Place): { owner: string; name: string } {
  if (release === null) return { owner: account.name, name: cycle.name };
  return { owner: "Template", name: `Release ${release.number} of ${release.template.name}` };
}

/** Account, cycle and step of a webhook, or template, release and step, as text. */
export function placeOf(webhook: Place): string {
  const { owner, name } = ownerOf(webhook);
  return [owner, name, webhook.step.name].join(" › ");
}
