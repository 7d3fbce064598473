import type { Attributes, Span } from "@opentelemetry/api";
import type { StepRecord } from "@/lib/core/transaction";
import { placeOf, type Spans } from "./spans";
import { type SpanPlace, stepSpanIdOf, toTraceparent } from "./trace-context";

export type TurnStart = {
  transactionId: string;
  accountId: string;
  cycleId: string;
  /** How often the transaction was claimed, this turn included. */
  claim: number;
  /** Milliseconds since 1970, as all times here. */
  startedAt: number;
  request: SpanPlace;
};

/** An outside call that a step made: never its path or query, which can hold secrets. */
export type SeenCall = { stepId: string; visit: number; method: string; url: string; status: number | undefined };

export type TurnEnd = {
  outcome: string;
  failed: boolean;
  endedAt: number;
  stepId?: string | null;
  errorCode?: string;
};

/** A transaction's turn in one worker, with its steps below it. When the trace is not recorded, it only passes it on. */
export class TracedTurn {
  readonly #spans: Spans;
  readonly #start: TurnStart;
  readonly #safely: (act: () => void) => void;
  /** Undefined when the trace is not recorded: a sampler leaves or takes it whole. */
  readonly #span: Span | undefined;
  readonly #place: SpanPlace;
  readonly #calls = new Map<string, SeenCall>();

  constructor(spans: Spans, start: TurnStart, safely: (act: () => void) => void) {
    this.#spans = spans;
    this.#start = start;
    this.#safely = safely;
    if (start.request.sampled) {
      this.#span = spans.start({
        name: "transaction",
        kind: "CONSUMER",
        startedAt: start.startedAt,
        parent: start.request,
        attributes: {
          "spoke.transaction.id": start.transactionId,
          "spoke.account.id": start.accountId,
          "spoke.cycle.id": start.cycleId,
          "spoke.claim": start.claim,
        },
      });
    }
    this.#place = this.#span ? placeOf(this.#span) : start.request;
  }

  /** The trace's id when it is recorded. */
  get traceId(): string | undefined {
    return this.#place.sampled ? this.#place.traceId : undefined;
  }

  /** The `traceparent` of a step's outside call: each attempt names the step's span. */
  traceparent(stepId: string, visit: number): string {
    return toTraceparent({ ...this.#place, spanId: stepSpanIdOf(this.#start.transactionId, stepId, visit) });
  }

  /** Notes an attempt of an outside call for its step's span; the last one counts. */
  called(call: SeenCall): void {
    if (this.#place.sampled) this.#calls.set(`${call.stepId} ${call.visit}`, call);
  }

  /** Records the steps that are stored now. */
  steps(records: readonly StepRecord[], typeOf: (stepId: string) => string): void {
    if (!this.#place.sampled) return;
    this.#safely(() => {
      for (const record of records) this.#step(record, typeOf(record.stepId));
    });
  }

  end({ outcome, failed, endedAt, stepId, errorCode }: TurnEnd): void {
    const span = this.#span;
    if (!span) return;
    this.#safely(() => {
      span.setAttribute("spoke.outcome", outcome);
      if (stepId) span.setAttribute("spoke.step.id", stepId);
      if (errorCode !== undefined) span.setAttribute("error.type", errorCode);
      this.#spans.end(span, Math.max(endedAt, this.#start.startedAt), failed);
    });
  }

  #step(record: StepRecord, type: string): void {
    const { stepId, visit, durationMs, attempts } = record;
    const startedAt = this.#notBefore(Date.parse(record.startedAt));
    const span = this.#spans.start({
      name: `step ${type}`,
      kind: attempts === undefined ? "INTERNAL" : "CLIENT",
      startedAt,
      parent: this.#place,
      ids: { spanId: stepSpanIdOf(this.#start.transactionId, stepId, visit) },
      attributes: {
        ...stepAttributes(record, type),
        ...callAttributes(this.#calls.get(`${stepId} ${visit}`)),
      },
    });
    this.#spans.end(span, startedAt + durationMs, record.outcome === "failed");
  }

  /** Records give whole milliseconds: a step that began with the turn shall not seem to begin before it. */
  #notBefore(startedAt: number): number {
    const { startedAt: turnAt } = this.#start;
    return startedAt < turnAt && turnAt - startedAt < 1 ? turnAt : startedAt;
  }
}

const stepAttributes = ({ stepId, visit, outcome, exit, attempts, error }: StepRecord, type: string): Attributes => ({
  "spoke.step.id": stepId,
  "spoke.step.type": type,
  "spoke.step.visit": visit,
  "spoke.step.attempts": attempts?.length ?? 1,
  "spoke.step.outcome": outcome,
  "spoke.step.exit": exit ?? undefined,
  "error.type": error?.code,
});

function callAttributes(call: SeenCall | undefined): Attributes {
  if (!call || !URL.canParse(call.url)) return {};
  const { hostname, port, protocol } = new URL(call.url);
  return {
    "http.request.method": call.method,
    "server.address": hostname,
    "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
    "http.response.status_code": call.status,
  };
}
