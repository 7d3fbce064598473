import * as contracts from "@/lib/contracts/alarms";
import type { Operation } from "./operation";

const ALARM = "/cycles/{id}/steps/{stepId}/alarm";
const tag = "Alarms";

/** When someone is told of a webhook, and what was sent. */
export const alarmOperations: Operation[] = [
  {
    id: "getAlarm",
    method: "GET",
    path: ALARM,
    summary: "When someone is told of a webhook step, whom, and what is raised now",
    tag,
    access: "account",
    output: contracts.AlarmView,
  },
  {
    id: "setAlarm",
    method: "PUT",
    path: ALARM,
    summary: "Set when someone is told; a rule that is left out is switched off",
    tag,
    access: "account",
    builder: true,
    input: contracts.SetAlarmInput,
    output: contracts.AlarmView,
  },
  {
    id: "addAlarmTarget",
    method: "POST",
    path: `${ALARM}/targets`,
    summary: "Add an e-mail address or a URL; a URL's signing secret is shown this once",
    tag,
    access: "account",
    builder: true,
    input: contracts.AddAlarmTargetInput,
    output: contracts.AddedAlarmTarget,
    status: 201,
    problems: ["conflict"],
  },
  {
    id: "removeAlarmTarget",
    method: "DELETE",
    path: `${ALARM}/targets/{targetId}`,
    summary: "Tell a target nothing any more",
    tag,
    access: "account",
    builder: true,
    output: "nothing",
  },
  {
    id: "sendTestNotification",
    method: "POST",
    path: `${ALARM}/test`,
    summary: "Send a test to every target",
    tag,
    access: "account",
    builder: true,
    output: contracts.TestSent,
    problems: ["too_many_attempts"],
  },
  {
    id: "listNotifications",
    method: "GET",
    path: "/notifications",
    summary: "What was sent for the accounts that are open to the caller, newest first, with each attempt",
    tag,
    access: "signed-in",
    query: contracts.NotificationQuery,
    output: contracts.NotificationPage,
  },
  {
    id: "resendNotification",
    method: "POST",
    path: "/notifications/{id}/resend",
    summary: "Send a notification again, with the same id",
    tag,
    access: "signed-in",
    builder: true,
    output: contracts.NotificationView,
    problems: ["conflict"],
  },
];
