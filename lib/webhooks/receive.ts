import { acceptsRequests } from "@/lib/core/cycle-state";
import { type AcceptEntry, lanes } from "@/lib/queue/accept";
import type { ReceiptOutcome } from "@/lib/queue/receipt-rows";
import { answers, replyAnswer, type WebhookAnswer } from "./answers";
import type { CachedWebhook, WebhookCache } from "./cache";
import { isIdentifier } from "./identifier";
import type { Recorder } from "./recorder";
import type { ReplyWaiters, Waiter } from "./reply-waiters";
import { RequestAborted, type WebhookRequest } from "./request";
import { newStatusToken } from "./status-token";
import { Visit } from "./visit";

export type ReceiverOptions = {
  cache: Pick<WebhookCache, "find">;
  /** Resolves when the entry is committed. */
  accept: (entry: AcceptEntry, sizeBytes: number) => Promise<void>;
  recorder: Pick<Recorder, "accepted" | "refused" | "answered">;
  waiters: Pick<ReplyWaiters, "register">;
  /** Told of what went wrong on our side. */
  onError: (error: unknown) => void;
  newId: () => string;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Largest body, in bytes, before and after decompression. */
  maxBytes: number;
  /** How long the caller of a synchronous webhook waits, in seconds, unless its step says otherwise. */
  syncTimeoutSeconds: number;
  /** How long storing may take before the caller is told to try again, in milliseconds. */
  storeTimeoutMs: number;
  /** Where callers reach us, without a slash at the end. */
  publicUrl: string;
};

export type Receiver = (request: WebhookRequest) => Promise<WebhookAnswer>;

/**
 * Makes the function that answers requests to webhook URLs: the checks in their order, then the durable acceptance.
 * It rejects with RequestAborted when there is nobody to answer.
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { cache, accept, recorder, waiters, onError, newId, now, maxBytes, storeTimeoutMs, publicUrl } = options;

  function refuse(visit: Visit, outcome: ReceiptOutcome, answer: WebhookAnswer, reason: string | null = null) {
    recorder.refused(visit.refusedReceipt(outcome, answer.status, reason));
    return answer;
  }

  /** True when the entry is committed in time. What is committed later is noted as answered 503. */
  async function store(visit: Visit, entry: AcceptEntry): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(resolve, storeTimeoutMs, "late");
    });
    const stored = accept(entry, visit.body.length + (entry.receipt?.headers.length ?? 0)).then(
      () => true,
      (error: unknown) => {
        onError(error);
        return false;
      },
    );
    const outcome = await Promise.race([stored, late]);
    clearTimeout(timer);
    if (outcome !== "late") return outcome;
    void stored.then((done) => {
      const reason = "It was stored after the caller had been told to try again.";
      if (done) recorder.answered({ id: visit.requestId, status: 503, durationMs: visit.elapsedMs(), reason });
    });
    return false;
  }

  async function awaitReply(visit: Visit, waiter: Waiter, timeoutMs: number): Promise<WebhookAnswer | undefined> {
    let hungUp = false;
    visit.request.onHangUp(() => {
      hungUp = true;
      waiter.cancel();
    });
    const reply = await waiter.reply(timeoutMs - visit.elapsedMs());
    const answer = reply && replyAnswer(reply);
    recorder.answered({
      id: visit.requestId,
      status: hungUp ? null : (answer?.status ?? 202),
      durationMs: visit.elapsedMs(),
      reason: hungUp ? "The caller hung up before the answer." : null,
    });
    return answer;
  }

  async function begin(visit: Visit, webhook: CachedWebhook, versionId: string): Promise<WebhookAnswer> {
    const transactionId = newId();
    const { accountId, cycleId, stepId, synchronous } = webhook;
    const statusToken = synchronous ? newStatusToken(transactionId) : null;
    // Registered before the transaction exists, so that no reply can be missed.
    const waiter = synchronous && webhook.state === "RUNNING" ? waiters.register(transactionId, cycleId) : undefined;
    const receipt = visit.acceptedReceipt(transactionId, waiter ? null : synchronous ? 202 : 200);
    const lane = synchronous ? lanes.synchronous : lanes.normal;
    const entry = { transactionId, accountId, cycleId, versionId, stepId, lane, synchronous, statusToken, receipt };
    if (!(await store(visit, entry))) {
      waiter?.cancel();
      return refuse(visit, "NOT_STORED", answers.notStored(), "The database did not take it in time.");
    }
    recorder.accepted(webhook.webhookId, visit.receivedAt);
    const timeoutMs = (webhook.syncTimeoutSeconds ?? options.syncTimeoutSeconds) * 1_000;
    let answer = waiter && (await awaitReply(visit, waiter, timeoutMs));
    if (synchronous) answer ??= answers.goesOn(transactionId, `${publicUrl}/api/status/${statusToken}`);
    answer ??= answers.accepted();
    answer.headers.push(["X-Spoke-Transaction-Id", transactionId]);
    return answer;
  }

  async function decide(visit: Visit): Promise<WebhookAnswer> {
    const { request, webhook } = visit;
    const { method } = request;
    if (!webhook) {
      await visit.readBeginning();
      return refuse(visit, "NOT_FOUND", answers.notFound());
    }
    if (method !== "POST" && method !== "GET" && method !== "HEAD") {
      await visit.readBeginning();
      return refuse(visit, "METHOD_NOT_ALLOWED", answers.methodNotAllowed());
    }
    if (!(await visit.readContent(maxBytes))) return refuse(visit, "TOO_LARGE", answers.tooLarge(maxBytes));
    if (method !== "POST") return refuse(visit, "FOUND", answers.found());
    const isActive = acceptsRequests({ ...webhook, now: new Date(visit.receivedAt) });
    if (!isActive || webhook.versionId === null) return refuse(visit, "NOT_ACTIVE", answers.notActive());
    const problem = visit.findProblem();
    if (problem) return refuse(visit, "UNREADABLE", answers.unreadable(problem.reason), problem.reason);
    return begin(visit, webhook, webhook.versionId);
  }

  async function find(visit: Visit): Promise<WebhookAnswer> {
    const { identifier } = visit.request;
    if (isIdentifier(identifier)) visit.webhook = await cache.find(identifier);
    return decide(visit);
  }

  return async (request) => {
    const visit = new Visit(request, newId(), now());
    const answer = await find(visit).catch((error: unknown) => {
      if (error instanceof RequestAborted) throw error;
      onError(error);
      return answers.notStored();
    });
    answer.headers.push(["X-Spoke-Request-Id", visit.requestId]);
    return answer;
  };
}
