import type { HoldView } from "@/lib/contracts/incidents";

/** What a hold is on, as the beginning of a sentence: `The cycle “Orders”`. */
export function heldThing({ account, cycle, webhook }: HoldView): string {
  if (webhook) return `The webhook “${webhook.name}”`;
  if (cycle) return `The cycle “${cycle.name}”`;
  return `The account “${account.name}”`;
}

/** "1 transaction", "2,000 transactions". */
export const transactions = (count: number): string =>
  count === 1 ? "1 transaction" : `${count.toLocaleString("en")} transactions`;
