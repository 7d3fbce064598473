import type { AlarmTargetView, AlarmView, NotificationChannelName, RaisedAlarm } from "@/lib/contracts/alarms";
import { type AlarmRuleName, AlarmRules, NO_RULES } from "@/lib/core/alarm-rules";
import { type AlarmState, alarmOf, raisedRules } from "@/lib/core/alarms";
import type { Prisma } from "@/lib/db/client";
import { env } from "@/lib/env";
import type { Context } from "../context";

type Channel = "EMAIL" | "WEBHOOK";

const CHANNEL_NAMES: Record<Channel, NotificationChannelName> = { EMAIL: "email", WEBHOOK: "webhook" };
const CHANNELS: Record<NotificationChannelName, Channel> = { email: "EMAIL", webhook: "WEBHOOK" };

/** A channel in the words of the API. */
export const channelName = (channel: Channel): NotificationChannelName => CHANNEL_NAMES[channel];

/** A channel in the words of the database. */
export const channelOf = (name: NotificationChannelName): Channel => CHANNELS[name];

/** Whether this installation can send e-mail. */
export const canMail = (): boolean => env().SMTP_URL !== undefined;

/** What a view of a target is made from: nothing of its secret. */
export const targetColumns = { id: true, channel: true, address: true, createdAt: true } as const;

type TargetRow = Prisma.AlarmTargetGetPayload<{ select: typeof targetColumns }>;

/** A target without its secret. */
export const toTargetView = (row: TargetRow): AlarmTargetView => ({
  ...row,
  channel: channelName(row.channel),
  createdAt: row.createdAt.toISOString(),
});

/** The alarms that are raised by a state. */
export function raisedAlarms(state: AlarmState): RaisedAlarm[] {
  return raisedRules(state).map((rule: AlarmRuleName) => {
    const { since, percent } = alarmOf(state, rule)!;
    return { rule, since: new Date(since).toISOString(), percent };
  });
}

/** When to tell someone of a webhook, and whom; no rule and no target while nothing was set. */
export async function readAlarm(ctx: Context, webhookId: string): Promise<AlarmView> {
  const alarm = await ctx.db.webhookAlarm.findUnique({
    where: { webhookId },
    select: { rules: true, state: true, targets: { select: targetColumns, orderBy: { id: "asc" } } },
  });
  const email = canMail();
  if (!alarm) return { rules: NO_RULES, targets: [], raised: [], email };
  return {
    rules: AlarmRules.parse(alarm.rules),
    targets: alarm.targets.map(toTargetView),
    raised: raisedAlarms(alarm.state as unknown as AlarmState),
    email,
  };
}
