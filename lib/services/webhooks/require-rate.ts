import type { WebhookLimits } from "@/lib/contracts/incidents";
import { ServiceError } from "../errors";

/** Refuses a number of requests at once without a rate, which would limit nothing. Throws `invalid`. */
export function requireRate({
  requestsPerSecond,
  requestBurst,
}: Pick<WebhookLimits, "requestsPerSecond" | "requestBurst">): void {
  if (requestBurst !== null && requestsPerSecond === null)
    throw new ServiceError(
      "invalid",
      "Say how many requests per second as well: how many may come at once is a part of that limit.",
    );
}
