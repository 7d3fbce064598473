import { decodeBody } from "@/lib/core/bodies/decode";
import { REDACTED } from "@/lib/core/redacted";
import { isSecretHeader, isSecretParameter, type SecretNames, secretNames } from "@/lib/core/secret-headers";
import { Duplicates, newCheck, WebhookCheck } from "@/lib/core/webhook-check";
import type { AcceptEntry, FirstRequest } from "@/lib/queue/accept";
import type { readStatus } from "@/lib/queue/replies";
import { answers, replyAnswer, type WebhookAnswer } from "./answers";
import { duplicateKey } from "./checks/duplicate-key";
import type { Recorder } from "./recorder";
import type { ReplyWaiters } from "./reply-waiters";
import { headerOf } from "./request";
import type { Visit } from "./visit";

/** What makes requests duplicates of each other. A preset's id needs the check to be known. */
export type DuplicatePolicy = {
  duplicates: Duplicates & { windowSeconds: number };
  check: WebhookCheck;
  /** It is read where senders put secrets, so that nobody is shown it. */
  isSecretKey: boolean;
};

/** The policy in a webhook step's settings; null when it has none. */
export function duplicatePolicyOf(settings: { duplicates?: unknown; check?: unknown }): DuplicatePolicy | null {
  const duplicates = Duplicates.safeParse(settings.duplicates).data;
  if (!duplicates || duplicates.kind === "off") return null;
  const check = WebhookCheck.safeParse(settings.check).data ?? newCheck("none");
  return { duplicates, check, isSecretKey: isReadFromSecret(duplicates, secretNames([check])) };
}

function isReadFromSecret(duplicates: Duplicates, names: SecretNames): boolean {
  if (duplicates.kind === "header") return isSecretHeader(duplicates.header, names);
  return duplicates.kind === "query" && isSecretParameter(duplicates.parameter, names);
}

/** What the request's duplicates have in common with it; undefined when it has no such key. Its body must be readable. */
export function uniqueOf({ duplicates, check }: DuplicatePolicy, visit: Visit): AcceptEntry["unique"] {
  const { headers, query } = visit.request;
  const readsBody = duplicates.kind === "body" || duplicates.kind === "preset";
  const contentType = headerOf(headers, "content-type");
  const decoded = () => (visit.data ? visit.data.body : decodeBody({ contentType, bytes: visit.body }));
  const body = readsBody ? decoded() : undefined;
  const key = duplicateKey({ duplicates, check, request: { url: `http://webhook?${query}`, headers }, body });
  return key === undefined ? undefined : { key, windowSeconds: duplicates.windowSeconds };
}

/** Longest body of an answer that is kept with a duplicate's receipt, in bytes; a longer one is shown from its transaction. */
const KEPT_ANSWER_BYTES = 4 * 1024;

const ENDED: ReadonlySet<string> = new Set(["COMPLETED", "FAILED", "CANCELLED", "DISCARDED"]);

export type DuplicateOptions = {
  waiters: Pick<ReplyWaiters, "register">;
  readStatus: (transactionId: string) => ReturnType<typeof readStatus>;
  recorder: Pick<Recorder, "refused">;
  publicUrl: string;
};

export type Duplicate = {
  visit: Visit;
  webhook: {
    cycleId: string;
    state: string;
    held: boolean;
    synchronous: boolean;
    duplicates: Pick<DuplicatePolicy, "isSecretKey"> | null;
  };
  first: FirstRequest;
  key: string;
  /** How long the caller of a synchronous webhook waits, counted from its request. */
  timeoutMs: number;
};

/** Answers a duplicate as the first request was, or will be, and records it. Rejects when that can't be read. */
export async function answerDuplicate(duplicate: Duplicate, options: DuplicateOptions): Promise<WebhookAnswer> {
  const { visit, webhook, first, key } = duplicate;
  visit.transactionId = null; // it began none
  let hungUp = false;
  visit.request.onHangUp(() => {
    hungUp = true;
  });
  const answer = webhook.synchronous ? await firstAnswer(duplicate, options) : answers.accepted();
  const reason = `Its key is ${webhook.duplicates?.isSecretKey ? REDACTED : key}`;
  const row = visit.refusedReceipt("DUPLICATE", hungUp ? null : answer.status, reason);
  row.transactionId = first.transactionId;
  row.duplicateOf = first.receiptId;
  if (!hungUp && Buffer.byteLength(answer.body) <= KEPT_ANSWER_BYTES) {
    row.answer = JSON.stringify({ headers: answer.headers, body: answer.body });
  }
  options.recorder.refused(row);
  if (first.transactionId !== null) answer.headers.push(["X-Spoke-Transaction-Id", first.transactionId]);
  return answer;
}

async function firstAnswer(duplicate: Duplicate, options: DuplicateOptions): Promise<WebhookAnswer> {
  const { visit, webhook, first, timeoutMs } = duplicate;
  const { transactionId } = first;
  if (transactionId === null) return answers.accepted();
  // Registered before it is read how the transaction stands, so that no reply can be missed.
  const waits = webhook.state === "RUNNING" && !webhook.held;
  const waiter = waits ? options.waiters.register(transactionId, webhook.cycleId) : undefined;
  try {
    const known = await options.readStatus(transactionId);
    if (!known) return answers.accepted(); // it is gone, or nobody waited for it
    if (known.response || ENDED.has(known.state)) return replyAnswer(known);
    visit.request.onHangUp(() => waiter?.cancel());
    const reply = await waiter?.reply(timeoutMs - visit.elapsedMs());
    return reply ? replyAnswer(reply) : answers.goesOn(transactionId, `${options.publicUrl}/api/status/${known.token}`);
  } finally {
    waiter?.cancel();
  }
}
