import type { AlarmView } from "@/lib/contracts/alarms";
import type { AccountContext } from "../context";
import { findWebhook } from "../listen/find-webhook";
import { readAlarm } from "./view";

/** When someone is told of a Step's webhook, and whom. Throws `not_found`. */
export async function getAlarm(ctx: AccountContext, cycleId: string, stepId: string): Promise<AlarmView> {
  const { id } = await findWebhook(ctx, cycleId, stepId);
  return readAlarm(ctx, id);
}
