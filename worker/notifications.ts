import type { Pool } from "pg";
import { notificationDelayMs } from "@/lib/core/notifications";
import { env } from "@/lib/env";
import type { Caller } from "@/lib/http/call";
import { log } from "@/lib/log";
import { createMailer } from "@/lib/notifications/mailer";
import { type Outlets, sendTogether, type Together } from "@/lib/notifications/send";
import { type ClaimedNotification, claimNotifications, settleNotifications } from "@/lib/queue/notifications";
import { decryptSecret } from "@/lib/services/secrets/cipher";

/** Calls and e-mails that are made at the same time. */
const AT_ONCE = 20;
/** Attempts of one notification that are kept: the first ones go first. */
const KEPT_ATTEMPTS = 50;

/** What notifications go through, as the environment says. */
export function createOutlets(caller: Caller): Outlets {
  const { SMTP_URL: url, SMTP_FROM: from, PUBLIC_URL: publicUrl } = env();
  const mailer = url !== undefined && from !== undefined ? createMailer({ url, from }) : undefined;
  return { caller, mailer, decrypt: (ciphertext) => decryptSecret(ciphertext), publicUrl };
}

/** Sends what is due, and what is due again, until nothing is. Gives the number of notifications; breaks off when `signal` says so. */
export async function sendNotifications(pool: Pool, outlets: Outlets, signal: AbortSignal): Promise<number> {
  for (let sum = 0; ; ) {
    if (signal.aborted) return sum;
    const claimed = await claimNotifications(pool, { limit: AT_ONCE });
    if (claimed.length === 0) return sum;
    await Promise.all(togetherOf(claimed).map((together) => attempt(pool, together, { outlets, signal })));
    sum += claimed.length;
  }
}

/** What is sent with one call or e-mail each. */
function togetherOf(claimed: readonly ClaimedNotification[]): Together[] {
  const mails = new Map<string, [ClaimedNotification, ...ClaimedNotification[]]>();
  const calls: Together[] = [];
  // In the order in which they were written.
  for (const notification of claimed.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const mail = mails.get(notification.address);
    if (notification.channel === "WEBHOOK") calls.push([notification]);
    else if (mail) mail.push(notification);
    else mails.set(notification.address, [notification]);
  }
  return [...calls, ...mails.values()];
}

type Sending = { outlets: Outlets; signal: AbortSignal };

/** One broken off by a stop is not written: another worker takes it when its time is over. */
async function attempt(pool: Pool, notifications: Together, { outlets, signal }: Sending): Promise<void> {
  const begin = performance.now();
  const { retryable, retryAfterMs, ...outcome } = await sendTogether(notifications, outlets, signal);
  if (signal.aborted && outcome.error !== null) return;
  const durationMs = Math.round(performance.now() - begin);
  const sent = outcome.error === null;
  const random = Math.random(); // one for all: what failed together is tried again together
  const settled = await settleNotifications(
    pool,
    notifications.map(({ id, claim, now, attempts, tries }) => ({
      ...{ id, claim, sent },
      delayMs: sent || !retryable ? null : notificationDelayMs({ tries: tries + 1, retryAfterMs, random }),
      attempts: [...attempts, { at: now, durationMs, ...outcome }].slice(-KEPT_ATTEMPTS),
    })),
  );
  const [{ id, channel, tries }] = notifications;
  const notified = { notification: id, notifications: notifications.length, channel, attempt: tries + 1, settled };
  log.info({ ...notified, ms: durationMs, sent }, "sent a notification");
}
