import type { NotificationKindName, NotificationStatusName, NotificationView } from "@/lib/contracts/alarms";
import type { AlarmRuleName } from "@/lib/core/alarm-rules";
import type { NotificationAttempt, NotificationFacts } from "@/lib/core/notifications";
import type { Prisma } from "@/lib/db/client";
import { env } from "@/lib/env";
import { messageOf } from "@/lib/notifications/message";
import { channelName } from "../alarms/view";
import { builderHref } from "../webhooks/view";

type Row = Prisma.NotificationGetPayload<object>;

const KINDS: Record<Row["kind"], NotificationKindName> = {
  RAISED: "raised",
  REMINDER: "reminder",
  RESOLVED: "resolved",
  TEST: "test",
};
const STATUSES: Record<Row["status"], NotificationStatusName> = { WAITING: "waiting", SENT: "sent", FAILED: "failed" };
const RULES: Record<NonNullable<Row["rule"]>, AlarmRuleName> = {
  SILENCE: "silence",
  REFUSED: "refused",
  FAILED: "failed",
};

function inverse<K extends string, V extends string>(names: Record<K, V>): Record<V, K> {
  return Object.fromEntries(Object.entries(names).map(([key, name]) => [name, key])) as Record<V, K>;
}

/** Kinds in the words of the database. */
export const kindOf = inverse(KINDS);

/** Statuses in the words of the database. */
export const statusOf = inverse(STATUSES);

/** A notification with each attempt to send it. */
export function toNotificationView(row: Row): NotificationView {
  const facts = row.facts as unknown as NotificationFacts;
  const attempts = row.attempts as unknown as NotificationAttempt[];
  const { subject, sentences } = messageOf(facts, env().PUBLIC_URL);
  const { account, cycle, step } = facts;
  return {
    id: row.id,
    account,
    cycle,
    step,
    webhookId: row.webhookId,
    kind: KINDS[row.kind],
    rule: row.rule && RULES[row.rule],
    subject,
    text: sentences.join(" "),
    channel: channelName(row.channel),
    address: row.address,
    status: STATUSES[row.status],
    createdAt: row.createdAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    attempts: attempts.map((attempt) => ({ ...attempt, at: new Date(attempt.at).toISOString() })),
    builderHref: builderHref(account.id, cycle.id, step.id),
  };
}
