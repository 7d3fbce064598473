import { z } from "zod";
import type { SyncResponse } from "@/lib/core/transaction";
import type { $Enums } from "@/lib/db/generated/client";
import { env } from "@/lib/env";
import { answers, replyAnswer, type WebhookAnswer } from "@/lib/webhooks/answers";
import { brokenAnswer } from "@/lib/webhooks/failures";

type Receipt = {
  id: string;
  outcome: $Enums.ReceiptOutcome;
  reason: string | null;
  status: number | null;
  transactionId: string | null;
  /** { headers, body } where they are not told by the rest. */
  answer: unknown;
};

type Transaction = {
  id: string;
  synchronous: boolean;
  state: $Enums.TransactionState;
  response: unknown;
  statusToken: string | null;
};

export type ShownAnswer = { status: number | null; headers: [string, string][]; body: string | null };

const ACCEPTED = 202;

function acceptedAnswer(status: number | null, transaction: Transaction | null): WebhookAnswer | null {
  if (!transaction?.synchronous) return answers.accepted();
  const { id: transactionId, state, statusToken } = transaction;
  if (status === ACCEPTED) return answers.goesOn(transactionId, `${env().PUBLIC_URL}/api/status/${statusToken}`);
  if (status === null) return null;
  return replyAnswer({ transactionId, state, response: transaction.response as SyncResponse | null });
}

const StoredAnswer = z.object({ headers: z.array(z.tuple([z.string(), z.string()])), body: z.string() });

function storedAnswer(status: number | null, answer: unknown): WebhookAnswer | null {
  const stored = StoredAnswer.safeParse(answer).data;
  return stored && status !== null ? { status, ...stored } : null;
}

function answerOf({ outcome, reason, status, answer }: Receipt, transaction: Transaction | null): WebhookAnswer | null {
  switch (outcome) {
    case "ACCEPTED":
      return acceptedAnswer(status, transaction);
    case "FOUND":
      return answers.found();
    case "NOT_FOUND":
      return answers.notFound();
    case "METHOD_NOT_ALLOWED":
      return answers.methodNotAllowed();
    case "TOO_LARGE":
      return answers.tooLarge(env().WEBHOOK_MAX_BYTES);
    case "NOT_ACTIVE":
      return answers.notActive();
    case "UNREADABLE":
      return answers.unreadable(reason ?? "");
    case "NOT_STORED":
      return answers.notStored();
    case "INCOMPLETE":
    case "MALFORMED":
      return brokenAnswer(status, reason ?? "");
    case "IP_NOT_ALLOWED":
      return answers.ipNotAllowed();
    case "NOT_VERIFIED":
      return answers.notVerified();
    case "SCRIPT_FAILED":
      return answers.scriptFailed();
    case "IGNORED":
    case "NO_MATCH":
    case "KEPT":
      return answers.accepted();
    case "DUPLICATE":
      return storedAnswer(status, answer) ?? (transaction && acceptedAnswer(status, transaction));
    case "ANSWERED":
    case "OVER_LIMIT":
      return storedAnswer(status, answer);
    default:
      return outcome satisfies never;
  }
}

/** What the caller was answered: fixed by the outcome, or the Transaction's response. A null status was never answered. */
export function shownAnswer(receipt: Receipt, transaction: Transaction | null): ShownAnswer {
  const { id, status, transactionId } = receipt;
  const answer = status === null ? null : answerOf(receipt, transaction);
  if (!answer) return { status, headers: [], body: null };
  const ids: [string, string][] = [["X-Spoke-Request-Id", id]];
  if (transactionId !== null) ids.push(["X-Spoke-Transaction-Id", transactionId]);
  return { status, headers: [...answer.headers, ...ids], body: answer.body };
}
