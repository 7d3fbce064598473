import type { Attributes } from "@opentelemetry/api";
import { placeOf, type SpanParts, Spans } from "./spans";
import { callerOf, requestSpanIdOf, type SpanPlace, traceIdOf } from "./trace-context";
import { TracedTurn, type TurnStart } from "./turn";

type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** A request that was answered. Times are milliseconds since 1970; ids of what it did not reach are null. */
export type SeenRequest = {
  requestId: string;
  transactionId: string | null;
  webhookId: string | null;
  accountId: string | null;
  cycleId: string | null;
  headers: HeaderPairs;
  method: string;
  route: string;
  contentType: string | undefined;
  userAgent: string | undefined;
  outcome: string;
  /** Undefined when nobody was there to answer. */
  status: number | undefined;
  startedAt: number;
  endedAt: number;
};

/** A transaction that runs another one's request again. */
export type SeenReplay = {
  transactionId: string;
  accountId: string;
  cycleId: string;
  /** `headers` are those of its request; null when it has none, or was a replay itself. */
  original: { transactionId: string; headers: HeaderPairs | null };
  startedAt: number;
  endedAt: number;
};

/** The transaction in a worker's hands, as far as it says where its trace began. */
export type TracedTransaction = Omit<TurnStart, "request"> & {
  /** Of its request; null when there is none, or it is a replay, which has a trace of its own. */
  headers: HeaderPairs | null;
};

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"]);
const LONGEST_TEXT = 256;
const REQUEST = { name: "request", kind: "SERVER" } as const;

/**
 * Makes the spans of requests and transactions. What crosses from the web process to the worker is nothing but the
 * transaction's id and its request's headers: both work out from these where the request's span stands.
 */
export class Tracing {
  readonly #spans: Spans;
  readonly #onError: (error: unknown) => void;
  readonly #stop: () => Promise<void>;

  /** @param parts `onError` is told of our own mistakes; a traced thing goes on untraced then */
  constructor(parts: SpanParts & { onError: (error: unknown) => void; stop: () => Promise<void> }) {
    this.#spans = new Spans(parts);
    this.#onError = parts.onError;
    this.#stop = parts.stop;
  }

  /** Records an answered request; gives the trace's id when it is recorded. */
  request(seen: SeenRequest): string | undefined {
    return this.#safely(() => {
      const method = METHODS.has(seen.method) ? seen.method : "_OTHER";
      const span = this.#spans.start({
        name: `${method} ${seen.route}`,
        kind: REQUEST.kind,
        startedAt: seen.startedAt,
        attributes: requestAttributes(seen, method),
        ...requestPlace(seen.headers, seen.transactionId ?? seen.requestId),
      });
      const { traceId, sampled } = placeOf(span);
      this.#spans.end(span, seen.endedAt, (seen.status ?? 0) >= 500);
      return sampled ? traceId : undefined;
    });
  }

  /** Records a replay, which begins a trace of its own and points to the original's. */
  replay({ transactionId, accountId, cycleId, original, startedAt, endedAt }: SeenReplay): void {
    this.#safely(() => {
      const span = this.#spans.start({
        name: "replay",
        kind: "PRODUCER",
        startedAt,
        attributes: {
          "spoke.transaction.id": transactionId,
          "spoke.account.id": accountId,
          "spoke.cycle.id": cycleId,
          "spoke.replay_of": original.transactionId,
        },
        links: [{ context: this.#spans.contextOf(this.#begunPlace(original.headers, original.transactionId)) }],
        ...requestPlace(null, transactionId),
      });
      this.#spans.end(span, endedAt, false);
    });
  }

  /** Begins the span of a transaction's turn in a worker, from its claim to its settlement. */
  turn({ headers, ...start }: TracedTransaction): TracedTurn | undefined {
    return this.#safely(() => {
      const request = this.#begunPlace(headers, start.transactionId);
      return new TracedTurn(this.#spans, { ...start, request }, (act) => this.#safely(act));
    });
  }

  /** Sends what is not sent yet and ends. Resolves in 3 s at the latest, whatever the receiver does; never rejects. */
  stop(): Promise<void> {
    return this.#stop();
  }

  /** Where the span stands that the request of this transaction has, or had in another process. */
  #begunPlace(headers: HeaderPairs | null, transactionId: string): SpanPlace {
    // Begun to learn what the sampler makes of it. It is not ended, so nothing is sent.
    const place = requestPlace(headers, transactionId);
    return placeOf(this.#spans.start({ ...REQUEST, startedAt: 0, attributes: {}, ...place }));
  }

  #safely<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      this.#onError(error);
      return undefined;
    }
  }
}

function requestPlace(headers: HeaderPairs | null, uuid: string) {
  const parent = headers === null ? undefined : callerOf(headers);
  return { parent, ids: { traceId: traceIdOf(uuid), spanId: requestSpanIdOf(uuid) } };
}

function requestAttributes(seen: SeenRequest, method: string): Attributes {
  return {
    "http.request.method": method,
    "http.route": seen.route,
    "http.response.status_code": seen.status,
    "http.request.header.content-type": seen.contentType === undefined ? undefined : [cut(seen.contentType)],
    "user_agent.original": seen.userAgent === undefined ? undefined : cut(seen.userAgent),
    "spoke.outcome": seen.outcome,
    "spoke.receipt.id": seen.requestId,
    "spoke.transaction.id": seen.transactionId ?? undefined,
    "spoke.webhook.id": seen.webhookId ?? undefined,
    "spoke.account.id": seen.accountId ?? undefined,
    "spoke.cycle.id": seen.cycleId ?? undefined,
  };
}

const cut = (text: string) => text.slice(0, LONGEST_TEXT);
