import type { Attributes, Link, Span, SpanKind, Tracer } from "@opentelemetry/api";
import type { IdGenerator } from "@opentelemetry/sdk-trace-base";
import type { SpanPlace } from "./trace-context";

type Api = typeof import("@opentelemetry/api");
type Wanted = { traceId?: string; spanId?: string };

/** Eight hex digits that nobody has to be unable to guess, and never only zeros. */
const randomDigits = () => (Math.floor(Math.random() * 0xffff_ffff) + 1).toString(16).padStart(8, "0");

/** Gives spans the ids that web process and worker each work out by themselves, and random ones to all others. */
export class Ids implements IdGenerator {
  wanted: Wanted = {};
  readonly generateTraceId = () =>
    this.wanted.traceId ?? randomDigits() + randomDigits() + randomDigits() + randomDigits();
  readonly generateSpanId = () => this.wanted.spanId ?? randomDigits() + randomDigits();
}

export type SpanStart = {
  name: string;
  kind: keyof typeof SpanKind;
  /** Milliseconds since 1970. */
  startedAt: number;
  attributes: Attributes;
  links?: Link[];
  /** Left out: it begins a trace. */
  parent?: SpanPlace;
  /** Ids that it shall have; `traceId` counts for one without a parent. */
  ids?: Wanted;
};

export type SpanParts = { api: Api; tracer: Tracer; ids: Ids };

/** Begins spans at places that are known, not found in the running code. */
export class Spans {
  readonly #parts: SpanParts;

  constructor(parts: SpanParts) {
    this.#parts = parts;
  }

  start({ name, kind, startedAt, attributes, links, parent, ids = {} }: SpanStart): Span {
    const { api, tracer } = this.#parts;
    const context = parent ? api.trace.setSpanContext(api.ROOT_CONTEXT, this.contextOf(parent)) : api.ROOT_CONTEXT;
    this.#parts.ids.wanted = ids;
    const options = { kind: api.SpanKind[kind], startTime: startedAt, attributes, links };
    try {
      return tracer.startSpan(name, options, context);
    } finally {
      this.#parts.ids.wanted = {};
    }
  }

  /** Ends a span; `failed` marks it as an error, without a message: messages can hold what users sent. */
  end(span: Span, endedAt: number, failed: boolean): void {
    if (failed) span.setStatus({ code: this.#parts.api.SpanStatusCode.ERROR });
    span.end(endedAt);
  }

  contextOf({ traceId, spanId, sampled }: SpanPlace) {
    const { SAMPLED, NONE } = this.#parts.api.TraceFlags;
    return { traceId, spanId, traceFlags: sampled ? SAMPLED : NONE, isRemote: true };
  }
}

/** Where a span stands. */
export function placeOf(span: Span): SpanPlace {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return { traceId, spanId, sampled: (traceFlags & 1) === 1 };
}
