import type { Except } from "@/lib/queue/count-unfinished";
import type { OverLimit } from "./limiter";

/** A webhook's transactions are counted at most once in so many milliseconds, */
const COUNT_MS = 250;
/** and after so many times as long as the last count took, */
const COUNT_TIMES = 10;
/** but no later than that: where counting takes long, it keeps a tenth of one connection busy. */
const LONGEST_COUNT_MS = 10_000;
/** A number that is older has to be read again before it lets anything through, in milliseconds. */
const BELIEVED_MS = 1_000;
/** When one may have ended, in seconds. */
const RETRY_SECONDS = 1;
const LOG_MS = 60_000;
/** With more webhooks than that, those are forgotten that nothing was asked of for a while. */
const MANY_WEBHOOKS = 10_000;

/** A webhook, and how many transactions that it began may be unfinished. */
export type UnfinishedLimit = { webhookId: string; cycleId: string; stepId: string; limit: number };

/** What is known of a webhook's unfinished transactions. Times are of `now`. */
type Known = {
  limit: number;
  /** What was counted, `limit + 1` at most; undefined: nothing yet. */
  found: number | undefined;
  /** Begun by this process and not in that count; some may have ended. */
  begun: number;
  /** Ids of those that this process is storing: they are not in that count either. */
  underWay: Set<string>;
  countedAt: number;
  countAgainAt: number;
  counting: Promise<void> | undefined;
  /** The last count failed: nobody is refused, what protects the database does so by itself. */
  failed: boolean;
};

/** The place of one transaction that is about to begin. */
export type Place = {
  transactionId: string;
  /** It was stored, or will not be. Only the first call counts. */
  end(isStored: boolean): void;
};

export type UnfinishedOptions = {
  /** How many of the webhook's transactions are unfinished without those of `except`, `limit + 1` at most. */
  count: (of: UnfinishedLimit, except: Except) => Promise<number>;
  /** Web processes that share each limit, this one included. */
  processes: () => number;
  /** Told of counts that failed, at most once a minute. */
  onError: (error: unknown) => void;
  /** Milliseconds, of any clock that only goes forward. */
  now: () => number;
};

/**
 * Holds webhooks to their limits of unfinished transactions: they are counted while requests come, and each process begins no more
 * than its share of what was left. A request waits for a count only where nothing is known, or where it would be refused by an old one.
 */
export class Unfinished {
  readonly #options: UnfinishedOptions;
  readonly #known = new Map<string, Known>();
  #logAgainAt = Number.NEGATIVE_INFINITY;

  constructor(options: UnfinishedOptions) {
    this.#options = options;
  }

  /** Says what a request is over that would begin a transaction. Nothing is counted. Never rejects. */
  async check(of: UnfinishedLimit): Promise<OverLimit | undefined> {
    const known = this.#find(of);
    await this.#upToDate(of, known);
    return this.#over(known);
  }

  /** Gives a transaction a place, which has to be ended; or says what it is over. Never rejects. */
  async take(of: UnfinishedLimit, transactionId: string): Promise<Place | OverLimit> {
    const known = this.#find(of);
    await this.#upToDate(of, known);
    const over = this.#over(known);
    if (over) return over;
    known.underWay.add(transactionId);
    return {
      transactionId,
      end(isStored) {
        if (known.underWay.delete(transactionId) && isStored) known.begun++;
      },
    };
  }

  #find({ webhookId, limit }: UnfinishedLimit): Known {
    const known = this.#known.get(webhookId);
    // With another limit it was counted up to another number.
    if (known?.limit === limit) return known;
    if (this.#known.size >= MANY_WEBHOOKS) this.#forgetOld();
    const made: Known = {
      ...{ limit, found: undefined, begun: 0, underWay: new Set(), failed: false },
      ...{ countedAt: Number.NEGATIVE_INFINITY, countAgainAt: Number.NEGATIVE_INFINITY, counting: undefined },
    };
    this.#known.set(webhookId, made);
    return made;
  }

  /** Counts anew when it is time; resolves when the number may be judged by. */
  #upToDate(of: UnfinishedLimit, known: Known): Promise<void> | undefined {
    const now = this.#options.now();
    if (now >= known.countAgainAt) known.counting ??= this.#count(of, known);
    if (known.failed) return undefined;
    const isBelieved = known.found !== undefined && now < Math.max(known.countedAt + BELIEVED_MS, known.countAgainAt);
    return isBelieved && !this.#over(known) ? undefined : known.counting;
  }

  async #count(of: UnfinishedLimit, known: Known): Promise<void> {
    const { count, now } = this.#options;
    const startedAt = now();
    let counted = 0;
    try {
      known.found = await count(of, () => {
        counted = known.begun; // those are stored: what is counted from now on has them, unless they have ended
        return [...known.underWay];
      });
      known.begun -= counted;
      known.countedAt = startedAt;
      known.failed = false;
    } catch (error) {
      known.failed = true;
      this.#report(error);
    }
    const pauseMs = Math.min(COUNT_TIMES * (now() - startedAt), LONGEST_COUNT_MS);
    known.countAgainAt = startedAt + Math.max(COUNT_MS, pauseMs);
    known.counting = undefined;
  }

  #over({ limit, found, begun, underWay, failed }: Known): OverLimit | undefined {
    if (found === undefined || failed) return undefined;
    const processes = Math.max(this.#options.processes(), 1);
    const here = begun + underWay.size;
    // As with other limits, every process lets at least one through.
    const share = found >= limit ? 0 : Math.max(Math.floor((limit - found) / processes), 1);
    return here < share
      ? undefined
      : { reason: reasonOf(limit, found + here, processes), retryAfterSeconds: RETRY_SECONDS };
  }

  #report(error: unknown): void {
    const now = this.#options.now();
    if (now < this.#logAgainAt) return;
    this.#logAgainAt = now + LOG_MS;
    this.#options.onError(error);
  }

  #forgetOld(): void {
    const now = this.#options.now();
    for (const [webhookId, { countAgainAt, underWay, counting }] of this.#known) {
      if (underWay.size === 0 && !counting && countAgainAt + BELIEVED_MS < now) this.#known.delete(webhookId);
    }
  }
}

/** No more than `limit + 1` are counted. */
function reasonOf(limit: number, unfinished: number, processes: number): string {
  const allowed = limit.toLocaleString("en");
  const shown = unfinished > limit ? `More than ${allowed}` : unfinished.toLocaleString("en");
  const are = unfinished === 1 ? "transaction of this webhook is" : "transactions of this webhook are";
  const of = unfinished < limit ? ` of ${allowed} is shared by ${processes} web processes` : ` is ${allowed}`;
  return `${shown} ${are} unfinished; its limit${of}.`;
}
