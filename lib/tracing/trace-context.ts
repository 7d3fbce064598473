import { createHash } from "node:crypto";

/** Where a span stands: its trace (32 hex digits), itself (16 hex digits), and whether it is recorded. */
export type SpanPlace = { traceId: string; spanId: string; sampled: boolean };

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NO_TRACE = "0".repeat(32);
const NO_SPAN = "0".repeat(16);
const SAMPLED = 1;

/**
 * Reads a W3C `traceparent` out of a request's headers. Undefined when there is none, more than one, or one that the
 * standard calls invalid.
 */
export function callerOf(headers: readonly (readonly [name: string, value: string])[]): SpanPlace | undefined {
  let text: string | undefined;
  for (const [name, value] of headers) {
    if (name.length !== 11 || name.toLowerCase() !== "traceparent") continue;
    if (text !== undefined) return undefined;
    text = value;
  }
  return text === undefined ? undefined : parseTraceparent(text);
}

/** Reads a W3C `traceparent`, later versions than 00 by what they share with it; undefined when it is invalid. */
export function parseTraceparent(text: string): SpanPlace | undefined {
  const [, version, traceId, spanId, flags, rest] = TRACEPARENT.exec(text) ?? [];
  if (!version || !traceId || !spanId || !flags) return undefined;
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

/** The `traceparent` that makes this span the parent of what is called. */
export const toTraceparent = ({ traceId, spanId, sampled }: SpanPlace): string =>
  `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;

/** The trace that a request or transaction with this UUID begins when its caller gave none: the UUID without its dashes. */
export const traceIdOf = (uuid: string): string => uuid.replaceAll("-", "");

/** The span of the request that a transaction with this UUID began with: the UUID's last 8 bytes. */
export const requestSpanIdOf = (uuid: string): string => traceIdOf(uuid).slice(16);

/** The span of one visit of a step, the same in every worker that has a hand in it. */
export const stepSpanIdOf = (transactionId: string, stepId: string, visit: number): string =>
  createHash("sha256").update(`${transactionId}/${stepId}/${visit}`).digest("hex").slice(0, 16);
