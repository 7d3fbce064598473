import type { NotificationAttempt, NotificationFacts } from "@/lib/core/notifications";
import { KEPT_DAYS } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/** How long a worker has for an attempt before another may send the same notification, in seconds. */
const SENDING_SECONDS = 60;

const DAY_MS = 86_400_000;

export type ClaimedNotification = {
  id: string;
  /** A write that names an older one changes nothing. */
  claim: number;
  kind: "RAISED" | "REMINDER" | "RESOLVED" | "TEST";
  facts: NotificationFacts;
  channel: "EMAIL" | "WEBHOOK";
  address: string;
  attempts: NotificationAttempt[];
  tries: number;
  /** Encrypted; null for e-mail, and when the target was removed. */
  ciphertext: string | null;
  /** The database's time in milliseconds since 1970. */
  now: number;
};

/** Due notifications that are looked at to choose from: those that wait longest. */
const LOOKED_AT = 10_000;
/** Notifications that one e-mail tells at most. */
const MOST_TOGETHER = 500;

const DUE = `status = 'WAITING' AND "nextAttemptAt" <= now() AND ("lockedUntil" IS NULL OR "lockedUntil" <= now())`;

/**
 * Takes what is due for up to `limit` calls and e-mails. Targets take turns, and so do accounts: those that are slow or have much to
 * be told don't keep the others waiting. With one for an e-mail address come the others that are due for it, 500 at most.
 * `SKIP LOCKED` gives each worker different ones; what is not settled within 60 s is anyone's again, so a target may get one
 * twice, with the same id.
 */
export function claimNotifications(db: Db, { limit }: { limit: number }): Promise<ClaimedNotification[]> {
  return run<ClaimedNotification>(db, {
    name: "claim-notifications",
    text: `
      WITH waiting AS MATERIALIZED (
        SELECT id, "accountId", channel, address, "nextAttemptAt" FROM "Notification" WHERE ${DUE}
        ORDER BY "nextAttemptAt" LIMIT ${LOOKED_AT}
      ), turn AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY channel, address ORDER BY "nextAttemptAt", id) AS "ofTarget",
          row_number() OVER (PARTITION BY "accountId" ORDER BY "nextAttemptAt", id) AS "ofAccount"
        FROM waiting
      ), chosen AS MATERIALIZED (
        SELECT * FROM turn WHERE channel = 'WEBHOOK' OR "ofTarget" = 1
        ORDER BY "ofTarget", "ofAccount", "nextAttemptAt" LIMIT $1
      ), due AS (
        SELECT id FROM "Notification"
        WHERE id = ANY (ARRAY(
          SELECT id FROM chosen UNION
          SELECT turn.id FROM turn JOIN chosen USING (channel, address)
          WHERE channel = 'EMAIL' AND turn."ofTarget" <= ${MOST_TOGETHER}
        )) AND ${DUE}
        FOR UPDATE SKIP LOCKED
      )
      UPDATE "Notification" AS note
      SET claim = note.claim + 1, "lockedUntil" = now() + interval '${SENDING_SECONDS} seconds'
      FROM due WHERE note.id = due.id
      RETURNING note.id, note.claim, note.kind, note.facts, note.channel, note.address, note.attempts, note.tries,
        (SELECT ciphertext FROM "AlarmTarget" AS target WHERE target.id = note."targetId") AS ciphertext,
        (extract(epoch FROM now()) * 1000)::float8 AS now`,
    values: [limit],
    timeoutMs: TIMEOUT_MS,
  });
}

export type SettledNotification = {
  id: string;
  claim: number;
  attempts: readonly NotificationAttempt[];
  /** It was taken; else it is sent again after `delayMs`, or given up when that is null. */
  sent: boolean;
  delayMs: number | null;
};

/**
 * Writes what came of an attempt to send notifications. Those that another worker has taken since are not changed.
 *
 * @returns the number of those that were written
 */
export async function settleNotifications(db: Db, settled: readonly SettledNotification[]): Promise<number> {
  const given = settled.map(({ id, claim, attempts, sent, delayMs }) => {
    const status = sent ? "SENT" : delayMs === null ? "FAILED" : "WAITING";
    return { id, claim, status, attempts, delay: delayMs };
  });
  const rows = await run(db, {
    name: "settle-notifications",
    text: `
      UPDATE "Notification" AS note
      SET status = given.status, attempts = given.attempts, tries = note.tries + 1, "lockedUntil" = NULL,
        "nextAttemptAt" = CASE WHEN given.status = 'WAITING' THEN now() + given.delay * interval '1 millisecond' END,
        "sentAt" = CASE WHEN given.status = 'SENT' THEN now() ELSE note."sentAt" END
      FROM json_to_recordset($1::json) AS given(id uuid, claim int, status "NotificationStatus", attempts json, delay float8)
      WHERE note.id = given.id AND note.claim = given.claim AND note.status = 'WAITING'
      RETURNING note.id`,
    values: [JSON.stringify(given)],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.length;
}

/** Notifications that one statement deletes at most. */
export const NOTIFICATIONS_PER_STATEMENT = 1_000;

/** Deletes up to 1,000 notifications that are older than 31 days and not to be sent any more. Gives their number. */
export async function deleteOldNotifications(db: Db, now: Date): Promise<number> {
  const rows = await run(db, {
    name: "delete-old-notifications",
    text: `
      DELETE FROM "Notification" WHERE id IN (
        SELECT id FROM "Notification" WHERE id < $1 AND status <> 'WAITING' ORDER BY id LIMIT ${NOTIFICATIONS_PER_STATEMENT}
      ) RETURNING id`,
    values: [firstUuid7At(new Date(now.getTime() - KEPT_DAYS * DAY_MS))],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.length;
}
