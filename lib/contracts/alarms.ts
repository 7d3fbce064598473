import { z } from "zod";
import { AlarmRules, alarmRuleNames } from "@/lib/core/alarm-rules";
import { Id, PageQuery, pageOf, Time } from "./common";

export const AlarmRuleName = z.enum(alarmRuleNames);

export const notificationChannels = ["email", "webhook"] as const;
export const NotificationChannelName = z.enum(notificationChannels);
export type NotificationChannelName = z.infer<typeof NotificationChannelName>;

/** An alarm that is raised now. `since`: of a silence the last request, of a share when it was found. */
export const RaisedAlarm = z.object({
  rule: AlarmRuleName,
  since: Time,
  /** The share, in percent, as it was found last; null for a silence. */
  percent: z.number().nullable(),
});
export type RaisedAlarm = z.infer<typeof RaisedAlarm>;

export const AlarmTargetView = z.object({
  id: Id,
  channel: NotificationChannelName,
  /** An e-mail address or a URL. */
  address: z.string(),
  createdAt: Time,
});
export type AlarmTargetView = z.infer<typeof AlarmTargetView>;

/** When to tell someone of a webhook, whom, and what is raised now. */
export const AlarmView = z.object({
  rules: AlarmRules,
  targets: z.array(AlarmTargetView),
  raised: z.array(RaisedAlarm),
  /** Whether this installation can send e-mail. */
  email: z.boolean(),
});
export type AlarmView = z.infer<typeof AlarmView>;

/** The rules as they shall be; one that is left out is switched off. */
export const SetAlarmInput = AlarmRules;
export type SetAlarmInput = z.input<typeof SetAlarmInput>;

const Url = z.url({ protocol: /^https?$/, error: "Give a URL that begins with https:// or http://." }).max(2_000);
const noCredentials = (url: string) =>
  URL.canParse(url) && new URL(url).username === "" && new URL(url).password === "";

export const AddAlarmTargetInput = z.discriminatedUnion("channel", [
  z.object({ channel: z.literal("email"), address: z.email("Give an e-mail address.").max(254) }),
  z.object({
    channel: z.literal("webhook"),
    address: Url.refine(noCredentials, "Leave user and password out of the URL: calls are signed instead."),
  }),
]);
export type AddAlarmTargetInput = z.infer<typeof AddAlarmTargetInput>;

/** A target that was just made. `secret` signs what a URL is sent, and is shown this once; null for e-mail. */
export const AddedAlarmTarget = z.object({ target: AlarmTargetView, secret: z.string().nullable() });
export type AddedAlarmTarget = z.infer<typeof AddedAlarmTarget>;

export const TestSent = z.object({ notifications: z.number().int() });
export type TestSent = z.infer<typeof TestSent>;

export const notificationKinds = ["raised", "reminder", "resolved", "test"] as const;
export const NotificationKindName = z.enum(notificationKinds);
export type NotificationKindName = z.infer<typeof NotificationKindName>;

export const notificationStatuses = ["waiting", "sent", "failed"] as const;
export const NotificationStatusName = z.enum(notificationStatuses);
export type NotificationStatusName = z.infer<typeof NotificationStatusName>;

export const NotificationView = z.object({
  /** Also sent as `webhook-id`, and in the Message-ID: the same each time it is sent. */
  id: Id,
  account: z.object({ id: Id, name: z.string() }),
  cycle: z.object({ id: Id, name: z.string() }),
  step: z.object({ id: z.string(), name: z.string() }),
  webhookId: Id,
  kind: NotificationKindName,
  /** Null for a test. */
  rule: AlarmRuleName.nullable(),
  subject: z.string(),
  text: z.string(),
  channel: NotificationChannelName,
  address: z.string(),
  status: NotificationStatusName,
  createdAt: Time,
  sentAt: Time.nullable(),
  /** When it is sent (again) by itself; null when it won't be. */
  nextAttemptAt: Time.nullable(),
  /** Oldest first. */
  attempts: z.array(
    z.object({
      at: Time,
      durationMs: z.number(),
      status: z.number().nullable(),
      answer: z.string().nullable(),
      error: z.string().nullable(),
    }),
  ),
  builderHref: z.string(),
});
export type NotificationView = z.infer<typeof NotificationView>;

export const NotificationQuery = PageQuery.extend({
  accountId: Id.optional(),
  webhookId: Id.optional(),
  status: NotificationStatusName.optional(),
  kind: NotificationKindName.optional(),
});
export type NotificationQuery = z.infer<typeof NotificationQuery>;
export const NotificationPage = pageOf(NotificationView);
export type NotificationPage = z.infer<typeof NotificationPage>;
