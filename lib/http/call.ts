import { Agent, type Dispatcher, request as send } from "undici";
import { BodyError, BodyTooLarge } from "@/lib/core/bodies/body-error";
import { decodeBody } from "@/lib/core/bodies/decode";
import { decodeContent } from "@/lib/core/bodies/decompress";
import { StepError } from "@/lib/core/errors";
import type { Json } from "@/lib/core/json";
import type { OutsideRequest, OutsideResponse } from "@/lib/steps/types";
import { callError } from "./call-error";
import type { EgressGuard } from "./egress";
import { createRedact } from "./redact";
import { retryAfterMs } from "./retry-after";

const MAX_REDIRECTS = 10;
const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
/** The path of a webhook and nothing beside it: whatever stands in front of this installation reads no more into it. */
const OWN_WEBHOOK = /^\/api\/webhook\/[A-Za-z0-9]{22}$/;
const CREDENTIALS = new Set(["authorization", "cookie", "proxy-authorization"]);

export type CallOptions = {
  /** Breaks the call off; it then rejects with the signal's reason. */
  signal: AbortSignal;
  /** Sent as `Idempotency-Key` with unsafe methods, unless the step sets that header itself. */
  idempotencyKey: string;
  /** Sent as W3C `traceparent`, unless the step sets that header itself. */
  traceparent?: string;
};

export type Caller = {
  call(request: OutsideRequest, options: CallOptions): Promise<OutsideResponse>;
  /** Closes idle connections. */
  close(): Promise<void>;
};

export type CallerOptions = {
  /** Where this installation's webhooks are: they may be called wherever their name leads. */
  publicUrl?: string;
};

type Headers = [string, string][];
type Target = { url: URL; method: string; headers: Headers; body: string | undefined };

/** Makes the one thing that calls outside. Connections are kept and used again, each to an address that `guard` has let pass. */
export function createCaller(guard: EgressGuard, { publicUrl }: CallerOptions = {}): Caller {
  const options = { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 };
  const guarded = new Agent({ ...options, connect: { timeout: 10_000, lookup: guard.lookup as never } });
  const open = new Agent({ ...options, connect: { timeout: 10_000 } });
  const home = publicUrl && new URL(publicUrl).origin;

  /** Checked anew for every redirect. */
  function agentFor(url: URL): Agent {
    if (url.origin === home && OWN_WEBHOOK.test(url.pathname)) return open;
    if (guard.allowsHost(url.hostname, Number(url.port || (url.protocol === "https:" ? 443 : 80)))) return open;
    guard.checkAddress(url.hostname);
    return guarded;
  }

  return {
    async call(request, callOptions) {
      const timeout = new AbortController();
      const timer = setTimeout(() => timeout.abort(timedOut(request)), request.timeoutMs);
      const signal = AbortSignal.any([callOptions.signal, timeout.signal]);
      try {
        return await follow(request, { ...callOptions, signal }, agentFor);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw redactError(error, request);
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      await Promise.all([guarded.close(), open.close()]);
    },
  };
}

function timedOut({ url, timeoutMs }: OutsideRequest): StepError {
  return new StepError("timed_out", `${new URL(url).host} did not answer within ${timeoutMs / 1_000} s.`);
}

function redactError(error: unknown, { secrets, url }: OutsideRequest): unknown {
  const { code, message, detail, retryable, retryAfterMs } = callError(error, new URL(url));
  const redact = createRedact(secrets);
  const cleanDetail = detail === undefined ? undefined : redact.text(detail);
  return new StepError(code, redact.text(message), { detail: cleanDetail, retryable, retryAfterMs });
}

async function follow(
  request: OutsideRequest,
  { signal, idempotencyKey, traceparent }: CallOptions,
  agentFor: (url: URL) => Agent,
): Promise<OutsideResponse> {
  let target: Target = {
    url: new URL(request.url),
    method: request.method,
    headers: [...request.headers],
    body: request.body,
  };
  addMissing(target.headers, "User-Agent", "Spoke");
  addMissing(target.headers, "Accept-Encoding", "gzip, deflate, br");
  if (!SAFE_METHODS.has(target.method)) addMissing(target.headers, "Idempotency-Key", idempotencyKey);
  if (traceparent !== undefined) addMissing(target.headers, "traceparent", traceparent);
  for (let redirects = 0; ; redirects++) {
    const { url, method, headers, body } = target;
    let answer: Dispatcher.ResponseData;
    try {
      const dispatcher = agentFor(url);
      answer = await send(url, {
        method: method as Dispatcher.HttpMethod,
        headers: headers.flat(),
        body,
        signal,
        dispatcher,
      });
    } catch (error) {
      throw signal.aborted ? error : callError(error, url);
    }
    const location = answer.headers.location;
    if (!request.followRedirects || !REDIRECTS.has(answer.statusCode) || typeof location !== "string")
      return await readAnswer(answer, url, { ...request, method });
    await answer.body.dump({ limit: 65_536 });
    if (redirects === MAX_REDIRECTS)
      throw new StepError("bad_response", `${url.host} redirects more than ${MAX_REDIRECTS} times.`);
    target = redirected(target, { status: answer.statusCode, location, secrets: request.secrets });
  }
}

type Redirect = { status: number; location: string; secrets: readonly string[] };

/** Where a redirect leads. Credentials don't go along to another origin; what becomes a GET loses its body. */
function redirected(from: Target, { status, location, secrets }: Redirect): Target {
  if (!URL.canParse(location, from.url))
    throw new StepError("bad_response", `${from.url.host} redirects to an address that can't be read.`);
  const url = new URL(location, from.url);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new StepError("not_allowed", `${from.url.host} redirects to ${url.protocol}, which can't be called.`);
  const becomesGet = (status === 303 && from.method !== "HEAD") || (status < 303 && from.method === "POST");
  const keepsCredentials = url.origin === from.url.origin;
  const headers = from.headers.filter(([given, value]) => {
    const name = given.toLowerCase();
    if (becomesGet && (name.startsWith("content-") || name === "idempotency-key")) return false;
    return keepsCredentials || !(CREDENTIALS.has(name) || secrets.some((secret) => value.includes(secret)));
  });
  return becomesGet ? { url, method: "GET", headers, body: undefined } : { ...from, url, headers };
}

function addMissing(headers: Headers, name: string, value: string): void {
  if (!headers.some(([known]) => known.toLowerCase() === name.toLowerCase())) headers.push([name, value]);
}

type Reading = Pick<OutsideRequest, "method" | "secrets" | "bodyAsText">;

async function readAnswer(
  answer: Dispatcher.ResponseData,
  url: URL,
  { method, secrets, bodyAsText }: Reading,
): Promise<OutsideResponse> {
  const tooLarge = () =>
    new StepError("bad_response", `The answer of ${url.host} is larger than ${MAX_RESPONSE_BYTES / 1024 / 1024} MiB.`);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_RESPONSE_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
    const headers = headerPairs(answer.headers);
    const bytes = Buffer.concat(chunks, sizeBytes);
    const encoding = method === "HEAD" ? undefined : headerOf(headers, "content-encoding");
    const content = await decodeContent(bytes, encoding, MAX_RESPONSE_BYTES);
    const contentType = headerOf(headers, "content-type");
    const decode = (): Json => (bodyAsText ? content.toString("utf8") : decodeBody({ contentType, bytes: content }));
    const body: Json = content.length === 0 ? null : decode();
    const redact = createRedact(secrets);
    return {
      status: answer.statusCode,
      headers: headers.map(([name, value]) => [name, redact.text(value)]),
      body: redact.json(body),
      sizeBytes,
      retryAfterMs: retryAfterMs(headerOf(headers, "retry-after"), Date.now()),
    };
  } catch (error) {
    if (error instanceof BodyTooLarge) throw tooLarge();
    if (error instanceof BodyError)
      throw new StepError("bad_response", `The answer of ${url.host} could not be read: ${error.reason}.`);
    throw callError(error, url);
  }
}

function headerPairs(headers: Dispatcher.ResponseData["headers"]): Headers {
  return Object.entries(headers).flatMap(([name, value]): Headers => {
    if (value === undefined) return [];
    return Array.isArray(value) ? value.map((item) => [name, item]) : [[name, value]];
  });
}

const headerOf = (headers: Headers, name: string) => headers.find(([known]) => known.toLowerCase() === name)?.[1];
