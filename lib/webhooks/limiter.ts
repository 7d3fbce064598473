import type { BytesLimit, FoundLimits, RateLimit } from "@/lib/queue/find-webhook";

/** When a webhook or an account that keeps as much as it may is worth trying again, in seconds: what goes, goes with a day. */
const FULL_RETRY_SECONDS = 3_600;
/** More buckets than this are looked through for full ones, which are worth nothing. */
const MANY_BUCKETS = 10_000;

type Bucket = { tokens: number; atMs: number };
type Owner = "webhook" | "account";
type Limited = { webhookId: string; accountId: string; limits: FoundLimits };

/** Why a request is over a limit, and when the next one may be tried. */
export type OverLimit = { reason: string; retryAfterSeconds: number };

export type LimiterOptions = {
  /** Web processes that share each limit, this one included. */
  processes: () => number;
  /** Bytes of bodies that this process has stored for a webhook or an account since it started. */
  storedHere: (id: string) => number;
  /** Those of them that were not written yet, and so not read with a limit. */
  unwritten: (id: string) => number;
  /** Milliseconds, of any clock that only goes forward. */
  now: () => number;
};

/**
 * Holds requests to the limits of their webhook and account: a bucket of tokens for each in this process, filled with its even
 * share of the limit. What was stored since a webhook was read is added to what it and its account kept then.
 */
export class Limiter {
  readonly #options: LimiterOptions;
  readonly #buckets = new Map<string, Bucket & { limit: RateLimit }>();
  /** What this process had stored and written when it first saw the limit. */
  readonly #storedBefore = new WeakMap<BytesLimit, number>();

  constructor(options: LimiterOptions) {
    this.#options = options;
  }

  /** Lets a request through and counts it; or says what it is over, and counts nothing. */
  check({ webhookId, accountId, limits }: Limited): OverLimit | undefined {
    const full =
      this.#full("webhook", webhookId, limits.webhookBytes) ?? this.#full("account", accountId, limits.accountBytes);
    if (full) return full;
    const ofWebhook = limits.webhook && this.#bucket(webhookId, limits.webhook);
    const ofAccount = limits.account && this.#bucket(accountId, limits.account);
    const overWebhook = ofWebhook && this.#over("webhook", ofWebhook, limits.webhook!);
    const overAccount = ofAccount && this.#over("account", ofAccount, limits.account!);
    // Whoever is over both has to wait for both.
    const seconds = Math.max(overWebhook?.retryAfterSeconds ?? 0, overAccount?.retryAfterSeconds ?? 0);
    const over = overWebhook ?? overAccount;
    if (over) return { ...over, retryAfterSeconds: seconds };
    if (ofWebhook) ofWebhook.tokens--;
    if (ofAccount) ofAccount.tokens--;
    return undefined;
  }

  #full(whose: Owner, id: string, bytes: BytesLimit | null): OverLimit | undefined {
    if (bytes === null) return undefined;
    const here = this.#options.storedHere(id);
    const before = this.#storedBefore.get(bytes) ?? here - this.#options.unwritten(id);
    this.#storedBefore.set(bytes, before);
    const kept = bytes.stored + here - before;
    if (kept < bytes.limit) return undefined;
    const [shown, allowed] = [kept, bytes.limit].map((count) => count.toLocaleString("en"));
    const reason = `The ${whose} keeps ${shown} bytes of requests; its limit is ${allowed}.`;
    return { reason, retryAfterSeconds: FULL_RETRY_SECONDS };
  }

  /** The share of this process: every one of them lets at least one request through at once. */
  #share({ perSecond, burst }: RateLimit): RateLimit {
    const processes = Math.max(this.#options.processes(), 1);
    return { perSecond: perSecond / processes, burst: Math.max(burst / processes, 1) };
  }

  #bucket(id: string, limit: RateLimit): Bucket {
    const { perSecond, burst } = this.#share(limit);
    const nowMs = this.#options.now();
    const bucket = this.#buckets.get(id);
    if (!bucket) {
      if (this.#buckets.size >= MANY_BUCKETS) this.#forgetFull(nowMs);
      const made = { tokens: burst, atMs: nowMs, limit };
      this.#buckets.set(id, made);
      return made;
    }
    bucket.tokens = Math.min(bucket.tokens + ((nowMs - bucket.atMs) / 1_000) * perSecond, burst);
    bucket.atMs = nowMs;
    bucket.limit = limit;
    return bucket;
  }

  #over(whose: Owner, { tokens }: Bucket, limit: RateLimit): OverLimit | undefined {
    if (tokens >= 1) return undefined;
    const { perSecond } = this.#share(limit);
    const requests = limit.perSecond === 1 ? "1 request" : `${limit.perSecond} requests`;
    const reason = `More than the ${whose}'s limit of ${requests} per second (${limit.burst} at once).`;
    return { reason, retryAfterSeconds: Math.max(Math.ceil((1 - tokens) / perSecond), 1) };
  }

  #forgetFull(nowMs: number): void {
    for (const [id, { tokens, atMs, limit }] of this.#buckets) {
      const { perSecond, burst } = this.#share(limit);
      if (tokens + ((nowMs - atMs) / 1_000) * perSecond >= burst) this.#buckets.delete(id);
    }
  }
}
