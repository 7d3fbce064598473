import { acceptsRequests } from "@/lib/core/cycle-state";
import { countRequest, tallies } from "@/lib/metrics/tallies";
import { type AcceptEntry, type FirstRequest, lanes } from "@/lib/queue/accept";
import type { FoundLimits } from "@/lib/queue/find-webhook";
import type { ReceiptOutcome } from "@/lib/queue/receipt-rows";
import type { AdmissionGate } from "./admission";
import { answers, replyAnswer, type WebhookAnswer } from "./answers";
import type { ByteCounter } from "./byte-counter";
import type { CachedWebhook, WebhookCache } from "./cache";
import { answerDuplicate, type DuplicateOptions, uniqueOf } from "./duplicates";
import { brokenAnswer, refusalOf, refusalOfHead } from "./failures";
import { isIdentifier } from "./identifier";
import type { Limiter, OverLimit } from "./limiter";
import { type ContinueOptions, continueByVisit, type MidCycle } from "./mid-cycle";
import type { Recorder } from "./recorder";
import type { ReplyWaiters, Waiter } from "./reply-waiters";
import { RequestAborted, type RequestFailure, type RequestHead, type WebhookRequest, withoutBody } from "./request";
import { PASSES, type Security } from "./security";
import { newStatusToken } from "./status-token";
import type { Place, Unfinished } from "./unfinished";
import { Visit } from "./visit";
import { type RunScript, readVerdict, type WebhookEvent, type WebhookScript } from "./webhook-script";

export type ReceiverOptions = {
  cache: Pick<WebhookCache, "find" | "refresh" | "recall">;
  /** Resolves when the entry is committed; with the first request when it is a duplicate and began nothing. */
  accept: (entry: AcceptEntry, sizeBytes: number) => Promise<FirstRequest | undefined>;
  /** Resolves when what became of a request to a mid-cycle webhook is committed. */
  continueByRequest: ContinueOptions["continueByRequest"];
  recorder: Pick<Recorder, "accepted" | "refused" | "counted" | "answered">;
  waiters: Pick<ReplyWaiters, "register">;
  /** Says when to turn requests away unread. */
  gate: Pick<AdmissionGate, "isClosed">;
  limiter: Pick<Limiter, "check">;
  unfinished: Pick<Unfinished, "check" | "take">;
  /** Counts the bodies that are stored. */
  bytes: Pick<ByteCounter, "add">;
  /** How the transaction of a synchronous webhook stands; undefined when there is none. */
  readStatus: DuplicateOptions["readStatus"];
  /** Runs scripts where a slow one holds nobody up. */
  runScript: RunScript;
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

/**
 * For so long after it was read, what a webhook asks of its callers is believed when it refuses one: a flood of wrong
 * requests shall not make the database read the webhook again for each.
 */
const BELIEVED_MS = 1_000;

/** Whether a stored request began its transaction, or was a duplicate of an earlier one. */
type Stored = { isNew: true } | { isNew: false; first: FirstRequest };
const NEW: Stored = { isNew: true };

type ActiveWebhook = CachedWebhook & { versionId: string };

/** The webhook when its cycle takes requests, as far as is known. */
function activeOf({ webhook, receivedAt }: Visit): ActiveWebhook | undefined {
  if (!webhook || webhook.versionId === null) return undefined;
  const { state, stoppedAt } = webhook;
  // Not copied: it has many fields, and this is done for every request.
  return acceptsRequests({ state, stoppedAt, now: receivedAt }) ? (webhook as ActiveWebhook) : undefined;
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
    const { identifier, method } = visit.request;
    if (this.#options.gate.isClosed && method !== "GET" && method !== "HEAD") return this.#turnAway(visit);
    if (isIdentifier(identifier)) visit.webhook = await this.#options.cache.find(identifier);
    return this.#decide(visit);
  }

  /** Nothing of it is read or stored: that is what there is too much of. */
  #turnAway(visit: Visit): WebhookAnswer {
    const answer = answers.notStored();
    visit.webhook = this.#options.cache.recall(visit.request.identifier);
    visit.outcome = "NOT_STORED";
    this.#options.recorder.counted(visit.outcome, answer.status, visit.receivedAt, visit.webhook?.webhookId);
    tallies.turnedAway.value++;
    return answer;
  }

  async #decide(visit: Visit): Promise<WebhookAnswer> {
    const { request, webhook } = visit;
    if (!webhook) {
      await visit.readBeginning();
      return this.#refuse(visit, "NOT_FOUND", answers.notFound());
    }
    const isPost = request.method === "POST";
    if (!isPost && request.method !== "GET" && request.method !== "HEAD") {
      await visit.readBeginning();
      return this.#refuse(visit, "METHOD_NOT_ALLOWED", answers.methodNotAllowed());
    }
    const stopped = await this.#screen(visit, webhook);
    if (stopped) return stopped;
    if (visit.method !== "POST") return this.#refuse(visit, "FOUND", answers.found());
    const active = activeOf(visit) ?? (await this.#lookAgain(visit));
    if (!active) return this.#refuse(visit, "NOT_ACTIVE", answers.notActive());
    // What was not heard of yet may be its check as well.
    const stoppedNow = active === webhook ? undefined : await this.#screen(visit, active);
    if (stoppedNow) return stoppedNow;
    const problem = visit.findProblem({ keepsData: active.script?.after });
    if (problem) return this.#refuse(visit, "UNREADABLE", answers.unreadable(problem.reason), problem.reason);
    const ended = active.script?.after && (await this.#runScript(visit, active.script, "after_webhook"));
    if (ended) return ended;
    if (active.midCycle) return this.#continue(visit, active, active.midCycle);
    const limit = active.limits?.unfinished ?? null;
    return limit === null ? this.#begin(visit, active) : this.#beginWithin(visit, active, limit);
  }

  /** What stands before a webhook: its limits, its check and its script. Gives the answer of what the request does not get past. */
  async #screen(visit: Visit, webhook: CachedWebhook): Promise<WebhookAnswer | undefined> {
    const { maxBytes } = this.#options;
    const over = webhook.limits && (await this.#findLimit(visit, webhook, webhook.limits));
    if (over) return this.#refuseOver(visit, over);
    if (!(await visit.readContent(maxBytes))) return this.#refuse(visit, "TOO_LARGE", answers.tooLarge(maxBytes));
    const stopped = webhook.security ? await this.#checkCaller(visit, webhook.security) : undefined;
    if (stopped || !webhook.script?.before || visit.isScripted) return stopped;
    visit.isScripted = true;
    return this.#runScript(visit, webhook.script, "before_webhook");
  }

  /** What a request is over before anything of it is read. */
  #findLimit(visit: Visit, webhook: CachedWebhook, limits: FoundLimits) {
    const { limiter, unfinished } = this.#options;
    const over = limiter.check({ ...webhook, limits });
    const mayBegin = webhook.midCycle === null && visit.method === "POST";
    if (over || limits.unfinished === null || !mayBegin) return over;
    return unfinished.check({ ...webhook, limit: limits.unfinished });
  }

  #refuseOver(visit: Visit, { reason, retryAfterSeconds }: OverLimit): WebhookAnswer {
    return this.#answerInstead(visit, "OVER_LIMIT", answers.overLimit(retryAfterSeconds), reason);
  }

  /** Runs a function of the webhook's script; gives the answer when the request ends with it. */
  async #runScript(visit: Visit, script: WebhookScript, event: WebhookEvent): Promise<WebhookAnswer | undefined> {
    const given = visit.scripted();
    const run = await this.#options.runScript(script.job(event, given, visit.receivedAt));
    const verdict = readVerdict(event, given, run);
    switch (verdict.kind) {
      case "goes-on":
        visit.takeScripted(given, verdict.request);
        visit.note = verdict.note ?? visit.note;
        return undefined;
      case "ignored":
        return this.#refuse(visit, "IGNORED", answers.accepted(), verdict.reason);
      case "answered":
        return this.#answerInstead(visit, "ANSWERED", verdict.answer, verdict.reason);
      case "failed":
        return this.#refuse(visit, "SCRIPT_FAILED", answers.scriptFailed(), verdict.reason);
      case "busy":
        return this.#refuse(visit, "NOT_STORED", answers.notStored(), verdict.reason);
      default:
        return verdict satisfies never;
    }
  }

  /** The answer to a caller whom the webhook's security stops; undefined when it lets the request through. */
  async #checkCaller(visit: Visit, security: Security): Promise<WebhookAnswer | undefined> {
    const { cache, publicUrl } = this.#options;
    const { clientIp, identifier } = visit.request;
    const url = `${publicUrl}/api/webhook/${identifier}`;
    let verdict = security.judge(clientIp, visit.checkedRequest(url), visit.receivedAt);
    if (verdict.kind === "refused" && performance.now() - security.readAtMs > BELIEVED_MS) {
      visit.webhook = (await cache.refresh(identifier)) ?? visit.webhook;
      verdict = visit.webhook?.security?.judge(clientIp, visit.checkedRequest(url), visit.receivedAt) ?? PASSES;
    }
    switch (verdict.kind) {
      case "passes":
        return undefined;
      case "answered":
        return this.#answerInstead(visit, "ANSWERED", verdict.answer, verdict.reason);
      case "refused": {
        const { outcome, reason } = verdict;
        const answer = outcome === "IP_NOT_ALLOWED" ? answers.ipNotAllowed() : answers.notVerified();
        return this.#refuse(visit, outcome, answer, reason);
      }
      default:
        return verdict satisfies never;
    }
  }

  /** Answers what begins no transaction with an answer that has to be kept to be known. */
  #answerInstead(visit: Visit, outcome: ReceiptOutcome, answer: WebhookAnswer, reason: string | null): WebhookAnswer {
    const row = visit.refusedReceipt(outcome, answer.status, reason);
    row.answer = JSON.stringify({ headers: answer.headers, body: answer.body });
    this.#options.recorder.refused(row);
    return answer;
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

  #continue(visit: Visit, webhook: ActiveWebhook, midCycle: MidCycle): Promise<WebhookAnswer> {
    const { bytes, ...options } = this.#options;
    return continueByVisit(visit, { ...webhook, midCycle }, { ...options, onStored: bytes.add.bind(bytes) });
  }

  /** Begins a transaction unless as many are unfinished as may be: others may have begun since the request was let in. */
  async #beginWithin(visit: Visit, webhook: ActiveWebhook, limit: number): Promise<WebhookAnswer> {
    const { unfinished, newId } = this.#options;
    const place = await unfinished.take({ ...webhook, limit }, newId());
    if ("reason" in place) return this.#refuseOver(visit, place);
    try {
      return await this.#begin(visit, webhook, place);
    } finally {
      place.end(false);
    }
  }

  async #begin(visit: Visit, webhook: ActiveWebhook, place?: Place): Promise<WebhookAnswer> {
    const { newId, waiters, recorder, bytes, publicUrl } = this.#options;
    const transactionId = place?.transactionId ?? newId();
    const { accountId, cycleId, stepId, versionId, synchronous } = webhook;
    const statusToken = synchronous ? newStatusToken(transactionId) : null;
    // Registered before the transaction exists, so that no reply can be missed.
    const waits = synchronous && webhook.state === "RUNNING" && !webhook.held;
    const waiter = waits ? waiters.register(transactionId, cycleId) : undefined;
    const receipt = visit.acceptedReceipt(transactionId, waiter ? null : synchronous ? 202 : 200);
    const lane = synchronous ? lanes.synchronous : lanes.normal;
    const unique = webhook.duplicates ? uniqueOf(webhook.duplicates, visit) : undefined;
    const mayBeHeld = webhook.held;
    const ids = { transactionId, accountId, cycleId, versionId, stepId, lane, synchronous, statusToken };
    const entry: AcceptEntry = Object.assign(ids, { receipt, mayBeHeld, input: visit.data, unique });
    const stored = await this.#store(visit, entry);
    place?.end(stored?.isNew === true);
    if (!stored?.isNew) waiter?.cancel();
    if (!stored) return this.#refuse(visit, "NOT_STORED", answers.notStored(), "The database did not take it in time.");
    if (!stored.isNew) {
      const timeoutMs = (webhook.syncTimeoutSeconds ?? this.#options.syncTimeoutSeconds) * 1_000;
      return answerDuplicate({ visit, webhook, first: stored.first, key: unique?.key ?? "", timeoutMs }, this.#options);
    }
    recorder.accepted(webhook.webhookId, visit.receivedAt);
    bytes.add(webhook, visit.bodyBytes, visit.receivedAt);
    let answer = waiter && (await this.#awaitReply(visit, waiter, webhook.syncTimeoutSeconds));
    if (synchronous) answer ??= answers.goesOn(transactionId, `${publicUrl}/api/status/${statusToken}`);
    answer ??= answers.accepted();
    answer.headers.push(["X-Spoke-Transaction-Id", transactionId]);
    countRequest("ACCEPTED", answer.status);
    (waiter ? tallies.syncAnswerSeconds : tallies.acceptSeconds).observe(visit.elapsedMs() / 1_000);
    return answer;
  }

  /** Undefined unless the entry is committed in time. What is committed later is noted as answered 503. */
  #store(visit: Visit, entry: AcceptEntry): Promise<Stored | undefined> {
    const { accept, recorder, onError, storeTimeoutMs } = this.#options;
    const sizeBytes = visit.bodyBytes + visit.dataChars + (entry.receipt?.headers.length ?? 0);
    return new Promise((resolve) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        resolve(undefined);
      }, storeTimeoutMs);
      const end = (stored: Stored | undefined) => {
        clearTimeout(timer);
        resolve(stored);
        if (!isLate || !stored?.isNew) return;
        const reason = "It was stored after the caller had been told to try again.";
        recorder.answered({ id: visit.requestId, status: 503, durationMs: visit.elapsedMs(), reason });
      };
      accept(entry, sizeBytes).then(
        (first) => end(first ? { isNew: false, first } : NEW),
        (error: unknown) => {
          onError(error);
          end(undefined);
        },
      );
    });
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
