import type { HeaderPairs } from "../step-data";
import type { CheckResult, Refusal } from "./refusal";

/** What a check reads of a request. */
export type CheckedRequest = {
  method: string;
  /** The webhook's public URL, with the query as it came. */
  url: string;
  /** As received, in order; each character of a value stands for one byte, as Node gives them. */
  headers: HeaderPairs;
  /** The body as it came over the network. */
  rawBody: Buffer;
  /** The body after Content-Encoding was undone; left out when there was none. */
  decodedBody?: Buffer;
};

/** Secrets as stored. While they are changed, both are valid. */
export type CheckSecrets = { current?: string | undefined; next?: string | undefined };

/** A value, or why there is none. */
export type Found<T> = { ok: true; value: T } | { ok: false; reason: Refusal };

export const refused = (reason: Refusal): CheckResult & { ok: false } => ({ ok: false, reason });

/** The secrets that count: what is empty or blank is none. */
export function usableSecrets({ current, next }: CheckSecrets): string[] {
  return [current, next].filter((secret): secret is string => secret !== undefined && secret.trim() !== "");
}

/** Longer values are refused before anything is made of them. */
const MAX_HEADER_LENGTH = 8 * 1024;

/** The value of a header that must come exactly once, without the blanks around it. */
export function singleHeader({ headers }: Pick<CheckedRequest, "headers">, name: string): Found<string> {
  const wanted = name.toLowerCase();
  const values = headers.filter(([sent]) => sent.length === wanted.length && sent.toLowerCase() === wanted);
  if (values.length > 1) return refused({ code: "header-repeated", header: name });
  const value = values[0]?.[1].trim();
  if (value === undefined) return refused({ code: "header-missing", header: name });
  if (value === "") return refused({ code: "malformed", where: name, problem: "empty" });
  if (value.length > MAX_HEADER_LENGTH) return refused({ code: "malformed", where: name, problem: "too-long" });
  return { ok: true, value };
}

/** The body as received and, when Content-Encoding was undone, as it was before: senders sign one or the other. */
export function bodiesOf({ rawBody, decodedBody }: CheckedRequest): Buffer[] {
  return decodedBody === undefined || decodedBody === rawBody ? [rawBody] : [decodedBody, rawBody];
}

export type UrlParts = { origin: string; path: string; query: string };

/** An absolute URL in parts, exactly as it is written; undefined when it is none. */
export function splitUrl(url: string): UrlParts | undefined {
  const match = /^(https?:\/\/[^/?#]+)([^?#]*)(?:\?([^#]*))?/i.exec(url);
  return match ? { origin: match[1]!, path: match[2]!, query: match[3] ?? "" } : undefined;
}
