import { defineStep } from "../types";
import { webhook } from "../webhook/definition";

/** A Webhook that takes requests only from the addresses on its list, which is changed without a publish. */
export const webhookIpFiltered = defineStep({
  ...webhook,
  type: "webhook-ip-filtered",
  label: "Webhook (IP Filtered)",
  description: "Receives requests like a Webhook, but only from the addresses that you allow.",
  ipFiltered: true,
});
