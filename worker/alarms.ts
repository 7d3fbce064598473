import type { Pool } from "pg";
import { type AlarmEvent, type AlarmReading, decideAlarms, raisedRules } from "@/lib/core/alarms";
import { type Counted, countedFrom, countSince, type HourOfRequests } from "@/lib/core/counted-requests";
import type { NotificationFacts } from "@/lib/core/notifications";
import { uuid7 } from "@/lib/db/ids";
import { log } from "@/lib/log";
import {
  ALARMS_PER_CHECK,
  alarmRules,
  type CheckedAlarm,
  countFailures,
  type DueAlarm,
  FAILURES_LAG_MS,
  type NewNotification,
  readDueAlarms,
  readRequestCounts,
  writeCheckedAlarms,
} from "@/lib/queue/alarms";
import { inTurn } from "@/lib/queue/in-turn";
import type { Db } from "@/lib/queue/statement";

/** One worker at a time looks after alarms. */
const ALARMS_LOCK = 7_301_969;
const HOUR_MS = 3_600_000;

export type AlarmCheck = { checked: number; notifications: number };

/**
 * Looks at every alarm whose time has come, in parts; breaks off when `signal` says so. Gives undefined when another worker
 * is at it.
 */
export async function checkAlarms(pool: Pool, signal: AbortSignal): Promise<AlarmCheck | undefined> {
  return inTurn(pool, ALARMS_LOCK, async (db) => {
    const sum: AlarmCheck = { checked: 0, notifications: 0 };
    for (let goesOn = true; goesOn && !signal.aborted; ) {
      const due = await readDueAlarms(db);
      if (due.length === 0) break;
      const { checked, notifications } = await checkPart(db, due);
      sum.checked += checked;
      sum.notifications += notifications;
      goesOn = due.length === ALARMS_PER_CHECK && checked > 0;
    }
    return sum;
  });
}

/** Decides on alarms that were read as due and writes what came of it. */
export async function checkPart(db: Db, due: readonly DueAlarm[]): Promise<AlarmCheck> {
  const added = await readAdded(db, due);
  const checked: CheckedAlarm[] = [];
  const notifications: NewNotification[] = [];
  for (const alarm of due) {
    const looked = look(alarm, added.get(alarm.webhookId)!);
    checked.push(looked.checked);
    notifications.push(...looked.events.flatMap((event) => notificationsOf(alarm, event)));
  }
  const written = new Set(await writeCheckedAlarms(db, { checked, notifications }));
  return {
    checked: written.size,
    notifications: notifications.filter(({ webhookId }) => written.has(webhookId)).length,
  };
}

type Added = { counts: AlarmReading["added"]; counted: Counted };
type Looked = { checked: CheckedAlarm; events: AlarmEvent[] };

/** One that can't be decided on must not keep the others waiting: it is left as it is for an hour. */
function look(alarm: DueAlarm, { counts, counted }: Added): Looked {
  const { webhookId, revision, now, checkedAt, watchedSince, lastRequestAt, deleted } = alarm;
  const ids = { webhookId, revision, checkedAt: now };
  try {
    const reading = { now, checkedAt, watchedSince, lastRequestAt, added: counts };
    const { state, events, nextCheckAt } = decideAlarms(alarm.rules, alarm.state, reading);
    const raised = raisedRules(state).map((name) => alarmRules[name]);
    const next = nextCheckAt !== null && deleted ? now + HOUR_MS : nextCheckAt;
    return { checked: { ...ids, state: { ...state, counted }, raised, nextCheckAt: next }, events };
  } catch (error) {
    log.error({ err: error, webhook: webhookId }, "could not decide on an alarm");
    return { checked: { ...ids, state: alarm.state, raised: [], nextCheckAt: now + HOUR_MS }, events: [] };
  }
}

/** What came to each webhook since its last check. */
async function readAdded(db: Db, due: readonly DueAlarm[]) {
  const from = ({ state, now }: DueAlarm) => state.counted?.from ?? countedFrom(now);
  const hours = await readRequestCounts(
    db,
    due.map((alarm) => ({ webhookId: alarm.webhookId, from: from(alarm) })),
  );
  const failures = await countFailures(
    db,
    due
      .filter(({ rules, watchedSince }) => rules.failed !== null && watchedSince !== null)
      .map(({ webhookId, cycleId, stepId, checkedAt, now }) => {
        const times = { after: checkedAt - FAILURES_LAG_MS, until: now - FAILURES_LAG_MS };
        return { webhookId, cycleId, stepId, ...times };
      }),
  );
  const hoursOf = new Map<string, HourOfRequests[]>();
  for (const { webhookId, ...hour } of hours) hoursOf.set(webhookId, [...(hoursOf.get(webhookId) ?? []), hour]);
  return new Map(
    due.map(({ webhookId, state, now }) => {
      const { added, counted } = countSince(hoursOf.get(webhookId) ?? [], state.counted, now);
      return [webhookId, { counts: { ...added, failed: failures.get(webhookId) ?? 0 }, counted }] as const;
    }),
  );
}

const KINDS = { raised: "RAISED", reminder: "REMINDER", resolved: "RESOLVED" } as const;

function notificationsOf(alarm: DueAlarm, event: AlarmEvent): NewNotification[] {
  const { webhookId, accountId, rules, now } = alarm;
  const facts: NotificationFacts = {
    account: { id: accountId, name: alarm.accountName },
    cycle: { id: alarm.cycleId, name: alarm.cycleName },
    step: { id: alarm.stepId, name: alarm.stepName },
    webhookId,
    at: now,
    event: { ...event, limit: rules[event.rule] },
  };
  return alarm.targets.map(({ id: targetId, channel, address }) => {
    const rule = alarmRules[event.rule];
    return { id: uuid7(), accountId, webhookId, kind: KINDS[event.kind], rule, facts, targetId, channel, address };
  });
}
