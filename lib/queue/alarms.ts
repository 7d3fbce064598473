import type { AlarmRuleName, AlarmRules } from "@/lib/core/alarm-rules";
import type { AlarmState } from "@/lib/core/alarms";
import type { Counted, HourOfRequests } from "@/lib/core/counted-requests";
import type { NotificationFacts } from "@/lib/core/notifications";
import { listedIds } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 30_000;
const HOUR_MS = 3_600_000;

/** Alarms that are looked at with one statement. */
export const ALARMS_PER_CHECK = 200;

/** Failed transactions of one cycle that are looked at in one check: the newest. */
const MOST_FAILURES = 20_000;
/** A transaction that fails later than that after its request is not counted: retries are over by then. */
const LONGEST_RUN_MS = 48 * HOUR_MS;
/** Failures are counted up to so long ago: what ended just now may not be written yet. */
export const FAILURES_LAG_MS = 5_000;

/** Answers that are no refusal (components/webhooks/outcome.tsx says the same on the screen). */
const SERVED = `('ACCEPTED', 'FOUND', 'ANSWERED', 'IGNORED', 'DUPLICATE', 'NO_MATCH', 'KEPT')`;

const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;

export type AlarmTargetRow = { id: string; channel: "EMAIL" | "WEBHOOK"; address: string };

/** An alarm that is due, with what its webhook belongs to. Times are milliseconds since 1970. */
export type DueAlarm = {
  webhookId: string;
  revision: number;
  rules: AlarmRules;
  state: AlarmState & { counted?: Counted };
  now: number;
  checkedAt: number;
  lastRequestAt: number | null;
  accountId: string;
  accountName: string;
  cycleId: string;
  cycleName: string;
  stepId: string;
  stepName: string;
  /** Since when its requests are taken without a break; null while they are not. */
  watchedSince: number | null;
  deleted: boolean;
  targets: AlarmTargetRow[];
};

/** Alarms whose time has come, those that wait longest first. A cycle that finishes or is stopped is not watched, nor a step that was never published. */
export function readDueAlarms(db: Db, limit = ALARMS_PER_CHECK): Promise<DueAlarm[]> {
  return run<DueAlarm>(db, {
    name: "read-due-alarms",
    text: `
      WITH due AS MATERIALIZED (
        SELECT * FROM "WebhookAlarm" WHERE "nextCheckAt" <= now() ORDER BY "nextCheckAt" LIMIT $1
      )
      SELECT due."webhookId", due.revision, due.rules, due.state, ${ms("now()")} AS now, ${ms(`due."checkedAt"`)} AS "checkedAt",
        ${ms(`webhook."lastRequestAt"`)} AS "lastRequestAt", account.id AS "accountId", account.name AS "accountName",
        cycle.id AS "cycleId", cycle.name AS "cycleName", webhook."stepId", webhook."stepName",
        CASE WHEN cycle.state = 'RUNNING' AND NOT gone.deleted AND (webhook."lastRequestAt" IS NOT NULL OR EXISTS (
          SELECT FROM "CycleVersion" AS version, json_array_elements(version.graph -> 'steps') AS step
          WHERE version.id = cycle."publishedVersionId" AND step ->> 'id' = webhook."stepId"
        )) THEN ${ms(`greatest(cycle."startedAt", webhook."createdAt")`)} END AS "watchedSince",
        gone.deleted,
        coalesce((
          SELECT json_agg(json_build_object('id', target.id, 'channel', target.channel, 'address', target.address) ORDER BY target.id)
          FROM "AlarmTarget" AS target WHERE target."webhookId" = due."webhookId"
        ), '[]') AS targets
      FROM due
      JOIN "Webhook" AS webhook ON webhook.id = due."webhookId"
      JOIN "Cycle" AS cycle ON cycle.id = webhook."cycleId"
      JOIN "Account" AS account ON account.id = webhook."accountId"
      CROSS JOIN LATERAL (
        SELECT webhook."deletedAt" IS NOT NULL OR cycle."deletedAt" IS NOT NULL OR account."deletedAt" IS NOT NULL AS deleted
      ) AS gone
      ORDER BY due."nextCheckAt"`,
    values: [limit],
    timeoutMs: TIMEOUT_MS,
  });
}

/** What was counted for webhooks from an hour of each on. GET and HEAD, which find the URL only, are left out. */
export function readRequestCounts(
  db: Db,
  wanted: readonly { webhookId: string; from: number }[],
): Promise<(HourOfRequests & { webhookId: string })[]> {
  const sum = (which: string) => `coalesce(sum(count) FILTER (WHERE ${which}), 0)::float8`;
  return run<HourOfRequests & { webhookId: string }>(db, {
    name: "read-request-counts",
    text: `
      SELECT counts."webhookId", ${ms("counts.hour")} AS hour, ${sum("outcome <> 'FOUND'")} AS requests,
        ${sum(`outcome NOT IN ${SERVED}`)} AS refused, ${sum("outcome = 'ACCEPTED'")} AS accepted
      FROM unnest($1::uuid[], $2::float8[]) AS wanted(id, since)
      CROSS JOIN LATERAL (
        SELECT * FROM "ReceiptCount" WHERE "webhookId" = wanted.id AND hour >= to_timestamp(wanted.since / 1000)
      ) AS counts
      GROUP BY counts."webhookId", counts.hour`,
    values: [arrayOf(wanted.map(({ webhookId }) => webhookId)), arrayOf(wanted.map(({ from }) => from))],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Failures wanted: those that ended after `after`, up to `until` (milliseconds since 1970). */
export type WantedFailures = { webhookId: string; cycleId: string; stepId: string; after: number; until: number };

/**
 * Counts the transactions that requests to webhooks began and that failed within a time, replays left out. Of each cycle
 * it reads the newest 20,000 failures at most, by their index.
 */
export async function countFailures(db: Db, wanted: readonly WantedFailures[]): Promise<Map<string, number>> {
  if (wanted.length === 0) return new Map();
  const oldest = Math.min(...wanted.map(({ after }) => after)) - LONGEST_RUN_MS;
  const rows = await run<{ webhookId: string; failed: number }>(db, {
    // Unnamed, so that it is planned for these days.
    name: "",
    text: `
      SELECT wanted."webhookId", failures.failed
      FROM json_to_recordset($1::json) AS wanted("webhookId" uuid, "cycleId" uuid, "stepId" text, after float8, until float8)
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS failed
        FROM (
          SELECT "endedAt", "stepId", "replayOf" FROM "Transaction"
          WHERE "cycleId" = wanted."cycleId" AND ending = 'FAILED' AND id >= $2 AND id < $3
          ORDER BY id DESC LIMIT ${MOST_FAILURES}
        ) AS newest
        WHERE "endedAt" > to_timestamp(wanted.after / 1000) AND "endedAt" <= to_timestamp(wanted.until / 1000)
          AND newest."stepId" = wanted."stepId" AND "replayOf" IS NULL
      ) AS failures`,
    values: [JSON.stringify(wanted), firstUuid7At(new Date(oldest)), listedIds(new Date()).end],
    timeoutMs: TIMEOUT_MS,
  });
  return new Map(rows.map(({ webhookId, failed }) => [webhookId, failed]));
}

/** How an alarm stands after a check; times are milliseconds since 1970. */
export type CheckedAlarm = {
  webhookId: string;
  revision: number;
  state: DueAlarm["state"];
  raised: ("SILENCE" | "REFUSED" | "FAILED")[];
  checkedAt: number;
  nextCheckAt: number | null;
};

/** A notification that nobody has sent yet. */
export type NewNotification = {
  id: string;
  accountId: string;
  webhookId: string;
  kind: "RAISED" | "REMINDER" | "RESOLVED" | "TEST";
  rule: "SILENCE" | "REFUSED" | "FAILED" | null;
  facts: NotificationFacts;
  targetId: string;
  channel: "EMAIL" | "WEBHOOK";
  address: string;
};

/**
 * Writes how alarms stand and, together with it, whom to tell. An alarm that was changed since it was read stays as it is,
 * and nobody is told of it: the next check sees it as it is then.
 *
 * @returns the webhooks whose alarm was written
 */
export async function writeCheckedAlarms(
  db: Db,
  { checked, notifications }: { checked: readonly CheckedAlarm[]; notifications: readonly NewNotification[] },
): Promise<string[]> {
  const rows = await run<{ webhookId: string }>(db, {
    name: "write-checked-alarms",
    text: `
      WITH updated AS (
        UPDATE "WebhookAlarm" AS alarm
        SET state = given.state, raised = ARRAY(SELECT json_array_elements_text(given.raised))::"AlarmRule"[],
          revision = alarm.revision + 1, "checkedAt" = to_timestamp(given."checkedAt" / 1000),
          "nextCheckAt" = to_timestamp(given."nextCheckAt" / 1000)
        FROM json_to_recordset($1::json) AS given("webhookId" uuid, revision int, state json, raised json, "checkedAt" float8, "nextCheckAt" float8)
        WHERE alarm."webhookId" = given."webhookId" AND alarm.revision = given.revision
        RETURNING alarm."webhookId"
      ), told AS (
        INSERT INTO "Notification" (id, "accountId", "webhookId", kind, rule, facts, "targetId", channel, address, "nextAttemptAt")
        SELECT note.id, note."accountId", note."webhookId", note.kind, note.rule, note.facts, note."targetId", note.channel, note.address, now()
        FROM json_to_recordset($2::json) AS note(id uuid, "accountId" uuid, "webhookId" uuid, kind "NotificationKind", rule "AlarmRule",
          facts json, "targetId" uuid, channel "NotificationChannel", address text)
        JOIN updated USING ("webhookId")
      )
      SELECT "webhookId" FROM updated`,
    values: [JSON.stringify(checked), JSON.stringify(notifications)],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.map(({ webhookId }) => webhookId);
}

/** The names of rules in the database. */
export const alarmRules: Record<AlarmRuleName, "SILENCE" | "REFUSED" | "FAILED"> = {
  silence: "SILENCE",
  refused: "REFUSED",
  failed: "FAILED",
};
