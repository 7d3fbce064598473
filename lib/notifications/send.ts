import { StepError } from "@/lib/core/errors";
import type { NotificationAttempt } from "@/lib/core/notifications";
import type { Caller } from "@/lib/http/call";
import type { ClaimedNotification } from "@/lib/queue/notifications";
import type { Mailer } from "./mailer";
import { mailOf, messageOf } from "./message";
import { payloadOf, signatureOf } from "./payload";

const CALL_MS = 15_000;
/** Characters of an answer that are kept. */
const ANSWER_LENGTH = 300;

export type Outlets = {
  caller: Caller;
  /** Undefined when no mail server is set. */
  mailer: Mailer | undefined;
  /** Decrypts the secret of a URL. */
  decrypt: (ciphertext: string) => string;
  /** Where links begin. */
  publicUrl: string;
};

/** What came of one attempt. */
export type Sending = Pick<NotificationAttempt, "status" | "answer" | "error"> & {
  /** False: sending it again can't help. */
  retryable: boolean;
  retryAfterMs?: number;
};

const cut = (text: string) => (text.length > ANSWER_LENGTH ? `${text.slice(0, ANSWER_LENGTH)}…` : text);
const failed = (error: string, retryable = true): Sending => ({ status: null, answer: null, error, retryable });

/** What is sent together: one notification for a URL, all that are due for an e-mail address. */
export type Together = readonly [ClaimedNotification, ...ClaimedNotification[]];

/** Makes one attempt to send notifications for one target. Never rejects: what went wrong is in the result. */
export async function sendTogether(notifications: Together, outlets: Outlets, signal: AbortSignal): Promise<Sending> {
  const [first] = notifications;
  try {
    return first.channel === "EMAIL" ? await mail(notifications, outlets) : await call(first, outlets, signal);
  } catch (error) {
    if (error instanceof StepError)
      return { ...failed(error.message, error.code !== "not_allowed"), retryAfterMs: error.retryAfterMs };
    return failed(cut(error instanceof Error ? error.message : String(error)));
  }
}

/** Where what was sent is listed: on the account's page, or on the page of all accounts. */
function listUrlOf(notifications: Together, publicUrl: string): string {
  const [first, ...others] = notifications.map(({ facts }) => facts.account.id);
  const isOne = others.every((accountId) => accountId === first);
  return `${publicUrl}${isOne ? `/accounts/${first}` : "/partner"}/notifications`;
}

async function mail(notifications: Together, { mailer, publicUrl }: Outlets): Promise<Sending> {
  if (!mailer) return failed("No mail server is set. Whoever runs Spoke can set SMTP_URL and SMTP_FROM.");
  const [{ id, address, facts }, ...others] = notifications;
  const messages = [messageOf(facts, publicUrl), ...others.map((other) => messageOf(other.facts, publicUrl))] as const;
  const answer = await mailer.send({ id, to: address, ...mailOf(messages, listUrlOf(notifications, publicUrl)) });
  const together = others.length > 0 ? ` (one e-mail with ${others.length} more)` : "";
  return { status: null, answer: cut(answer) + together, error: null, retryable: true };
}

async function call(
  { id, address, facts, ciphertext, now }: ClaimedNotification,
  { caller, decrypt, publicUrl }: Outlets,
  signal: AbortSignal,
): Promise<Sending> {
  if (ciphertext === null) return failed("This target was removed.", false);
  const secret = decrypt(ciphertext);
  const body = payloadOf(facts, publicUrl);
  const timestamp = Math.floor(now / 1_000);
  const response = await caller.call(
    {
      method: "POST",
      url: address,
      headers: [
        ["Content-Type", "application/json"],
        ["webhook-id", id],
        ["webhook-timestamp", String(timestamp)],
        ["webhook-signature", signatureOf({ id, timestamp, body }, secret)],
      ],
      body,
      timeoutMs: CALL_MS,
      followRedirects: false,
      secrets: [secret],
      bodyAsText: true,
    },
    { signal, idempotencyKey: id },
  );
  const { status, retryAfterMs } = response;
  const answer = typeof response.body === "string" ? cut(response.body) : null;
  const isTaken = status >= 200 && status < 300;
  // 410 Gone: Standard Webhooks has it for targets that don't want any more.
  return {
    status,
    answer,
    error: isTaken ? null : `${new URL(address).host} answered ${status}.`,
    retryable: status !== 410,
    retryAfterMs,
  };
}
