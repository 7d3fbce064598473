import { acceptsRequests } from "@/lib/core/cycle-state";
import { countRequest, tallies } from "@/lib/metrics/tallies";
import { type AcceptEntry, lanes } from "@/lib/queue/accept";
import type { ReceiptOutcome } from "@/lib/queue/receipt-rows";
import { answers, replyAnswer, type WebhookAnswer } from "./answers";
import type { CachedWebhook, WebhookCache } from "./cache";
import { brokenAnswer, refusalOf, refusalOfHead } from "./failures";
import { isIdentifier } from "./identifier";
import type { Recorder } from "./recorder";
import type { ReplyWaiters, Waiter } from "./reply-waiters";
import { RequestAborted, type RequestFailure, type RequestHead, type WebhookRequest, withoutBody } from "./request";
import { newStatusToken } from "./status-token";
import { Visit } from "./visit";

export type ReceiverOptions = {
  cache: Pick<WebhookCache, "find" | "refresh" | "recall">;
  /** Resolves when the entry is committed. */
  accept: (entry: AcceptEntry, sizeBytes: number) => Promise<void>;
  recorder: Pick<Recorder, "accepted" | "refused" | "counted" | "answered">;
  waiters: Pick<ReplyWaiters, "register">;
  /** Told of what went wrong on our side. */
  onError: (error: unknown) => void;
  /** Told of every answer that is given, and of requests whose caller left before (`answer` is undefined). */
  onAnswered: (visit: Visit, answer: WebhookAnswer | undefined) => void;
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

type ActiveWebhook = CachedWebhook & { versionId: string };

/** The webhook when its cycle takes requests, as far as is known. */
function activeOf({ webhook, receivedAt }: Visit): ActiveWebhook | undefined {
  if (!webhook || webhook.versionId === null) return undefined;
  const { state, stoppedAt, versionId } = webhook;
  return acceptsRequests({ state, stoppedAt, now: new Date(receivedAt) }) ? { ...webhook, versionId } : undefined;
}

/** Answers requests to webhook URLs: the checks in their order, then the durable acceptance. */
export class Receiver {
  readonly #options: ReceiverOptions;

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /** Gives the answer. Rejects only with RequestAborted, when there is nobody to answer. */
  async receive(request: WebhookRequest): Promise<WebhookAnswer> {
    const { newId, now } = this.#options;
    const visit = new Visit(request, newId(), now());
    const answer = await this.#find(visit).catch((error: unknown) => this.#fail(visit, error));
    answer.headers.push(["X-Spoke-Request-Id", visit.requestId]);
    this.#options.onAnswered(visit, answer);
    return answer;
  }

  async #find(visit: Visit): Promise<WebhookAnswer> {
    const { identifier } = visit.request;
    if (isIdentifier(identifier)) visit.webhook = await this.#options.cache.find(identifier);
    return this.#decide(visit);
  }

  async #decide(visit: Visit): Promise<WebhookAnswer> {
    const { request, webhook } = visit;
    const { maxBytes } = this.#options;
    if (!webhook) {
      await visit.readBeginning();
      return this.#refuse(visit, "NOT_FOUND", answers.notFound());
    }
    const isPost = request.method === "POST";
    if (!isPost && request.method !== "GET" && request.method !== "HEAD") {
      await visit.readBeginning();
      return this.#refuse(visit, "METHOD_NOT_ALLOWED", answers.methodNotAllowed());
    }
    if (!(await visit.readContent(maxBytes))) return this.#refuse(visit, "TOO_LARGE", answers.tooLarge(maxBytes));
    if (!isPost) return this.#refuse(visit, "FOUND", answers.found());
    const active = activeOf(visit) ?? (await this.#lookAgain(visit));
    if (!active) return this.#refuse(visit, "NOT_ACTIVE", answers.notActive());
    const problem = visit.findProblem();
    if (problem) return this.#refuse(visit, "UNREADABLE", answers.unreadable(problem.reason), problem.reason);
    return this.#begin(visit, active);
  }

  /** A start may not have been heard of yet: nobody is refused on memory alone. */
  async #lookAgain(visit: Visit): Promise<ActiveWebhook | undefined> {
    visit.webhook = (await this.#options.cache.refresh(visit.request.identifier)) ?? visit.webhook;
    return activeOf(visit);
  }

  /** Something of ours failed before the request could be stored: the caller may try again. */
  #fail(visit: Visit, error: unknown): WebhookAnswer {
    if (error instanceof RequestAborted) return this.#breakOff(visit, error);
    this.#options.onError(error);
    visit.webhook ??= this.#options.cache.recall(visit.request.identifier);
    if (!visit.webhook) {
      const answer = answers.notStored();
      countRequest("NOT_STORED", answer.status);
      return answer;
    }
    return this.#refuse(visit, "NOT_STORED", answers.notStored(), "The database did not answer, or memory was short.");
  }

  /** A request that broke off is answered as long as someone is there, and recorded in any case. */
  #breakOff(visit: Visit, error: RequestAborted): WebhookAnswer {
    visit.keepPart(error.read);
    const { outcome, status, reason } = refusalOf(error.failure, error.read, error.announcedBytes);
    this.#options.recorder.refused(visit.refusedReceipt(outcome, status, reason));
    if (status !== null) return brokenAnswer(status, reason);
    this.#options.onAnswered(visit, undefined);
    throw error;
  }

  /** Answers what could not be read as a request, and puts it on a receipt when it is known for which webhook it was. */
  refuse(failure: RequestFailure, head: RequestHead | undefined): WebhookAnswer {
    const { newId, now, recorder, cache, onError, onAnswered } = this.#options;
    const requestId = newId();
    const { outcome, status, reason } = refusalOfHead(failure);
    const answer = brokenAnswer(status, reason);
    answer.headers.push(["X-Spoke-Request-Id", requestId]);
    if (head) {
      const visit = new Visit(withoutBody(head), requestId, now());
      const record = (webhook: CachedWebhook | null) => {
        visit.webhook = webhook;
        recorder.refused(visit.refusedReceipt(outcome, status, reason));
        onAnswered(visit, answer);
      };
      const found = isIdentifier(head.identifier) ? cache.find(head.identifier) : null;
      Promise.resolve(found).then(record, (error: unknown) => {
        onError(error);
        record(cache.recall(head.identifier));
      });
    } else recorder.counted(outcome, status, now());
    return answer;
  }

  #refuse(visit: Visit, outcome: ReceiptOutcome, answer: WebhookAnswer, reason: string | null = null): WebhookAnswer {
    this.#options.recorder.refused(visit.refusedReceipt(outcome, answer.status, reason));
    return answer;
  }

  async #begin(visit: Visit, webhook: ActiveWebhook): Promise<WebhookAnswer> {
    const { newId, waiters, recorder, publicUrl } = this.#options;
    const transactionId = newId();
    const { accountId, cycleId, stepId, versionId, synchronous } = webhook;
    const statusToken = synchronous ? newStatusToken(transactionId) : null;
    // Registered before the transaction exists, so that no reply can be missed.
    const waiter = synchronous && webhook.state === "RUNNING" ? waiters.register(transactionId, cycleId) : undefined;
    const receipt = visit.acceptedReceipt(transactionId, waiter ? null : synchronous ? 202 : 200);
    const lane = synchronous ? lanes.synchronous : lanes.normal;
    const entry = { transactionId, accountId, cycleId, versionId, stepId, lane, synchronous, statusToken, receipt };
    if (!(await this.#store(visit, entry))) {
      waiter?.cancel();
      return this.#refuse(visit, "NOT_STORED", answers.notStored(), "The database did not take it in time.");
    }
    recorder.accepted(webhook.webhookId, visit.receivedAt);
    let answer = waiter && (await this.#awaitReply(visit, waiter, webhook.syncTimeoutSeconds));
    if (synchronous) answer ??= answers.goesOn(transactionId, `${publicUrl}/api/status/${statusToken}`);
    answer ??= answers.accepted();
    answer.headers.push(["X-Spoke-Transaction-Id", transactionId]);
    countRequest("ACCEPTED", answer.status);
    (waiter ? tallies.syncAnswerSeconds : tallies.acceptSeconds).observe(visit.elapsedMs() / 1_000);
    return answer;
  }

  /** True when the entry is committed in time. What is committed later is noted as answered 503. */
  async #store(visit: Visit, entry: AcceptEntry): Promise<boolean> {
    const { accept, recorder, onError, storeTimeoutMs } = this.#options;
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

  /** The transaction's answer, or undefined when the caller shall wait no longer. */
  async #awaitReply(visit: Visit, waiter: Waiter, stepSeconds: number | null): Promise<WebhookAnswer | undefined> {
    const { recorder, syncTimeoutSeconds } = this.#options;
    let hungUp = false;
    visit.request.onHangUp(() => {
      hungUp = true;
      waiter.cancel();
    });
    const reply = await waiter.reply((stepSeconds ?? syncTimeoutSeconds) * 1_000 - visit.elapsedMs());
    const answer = reply && replyAnswer(reply);
    recorder.answered({
      id: visit.requestId,
      status: hungUp ? null : (answer?.status ?? 202),
      durationMs: visit.elapsedMs(),
      reason: hungUp ? "The caller hung up before the answer." : null,
    });
    return answer;
  }
}
