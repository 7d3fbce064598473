import { decodeBody } from "@/lib/core/bodies/decode";
import { StepError } from "@/lib/core/errors";
import { toForm } from "@/lib/core/form-out";
import { isJsonObject, type Json, jsonEquals, jsonToText, safeJsonParse } from "@/lib/core/json";
import type { ScriptGlobals } from "@/lib/script/job";
import { headerPairs } from "./header-fields";
import type { OutsideRequest, OutsideResponse } from "./types";

/** An answer as scripts change it. */
export type ScriptedResponse = Pick<OutsideResponse, "status" | "headers" | "body">;

type Headers = OutsideRequest["headers"];
type BodyKind = "json" | "form" | "text";

const METHOD = /^[A-Z]{1,20}$/;
const FORM = "application/x-www-form-urlencoded";

/** What the functions of a step that calls see of its request. Headers that carry a secret of the step are left out. */
export function requestGlobals(request: OutsideRequest): ScriptGlobals {
  const url = new URL(request.url);
  const parameters = parametersOf(url);
  url.search = "";
  return {
    method_request: bodyOf(request),
    method_request_headers: toObject(request.headers.filter((header) => !isSecret(header, request))),
    method_request_parameters: parameters,
    method_request_method: request.method,
    method_request_url: url.href,
  };
}

/** What they see of the answer; of a call that has none, nothing. */
export const responseGlobals = (response: ScriptedResponse | undefined): ScriptGlobals => ({
  method_response: response?.body ?? null,
  method_response_headers: toObject(response?.headers ?? []),
  method_response_status: response?.status ?? null,
});

/**
 * The request as a script left it. What it did not change stays as it was, byte for byte; the step's secrets go along.
 *
 * @throws StepError `bad_settings` for what can't be sent
 */
export function requestAfter(request: OutsideRequest, before: ScriptGlobals, after: ScriptGlobals): OutsideRequest {
  const changed = (name: keyof ScriptGlobals) => !jsonEquals(before[name] ?? null, after[name] ?? null);
  const method = changed("method_request_method") ? methodFrom(after.method_request_method) : request.method;
  const url =
    changed("method_request_url") || changed("method_request_parameters")
      ? urlFrom(after.method_request_url, after.method_request_parameters)
      : request.url;
  const headers = changed("method_request_headers")
    ? headersFrom(after.method_request_headers, request)
    : [...request.headers];
  const body = changed("method_request") ? bodyFrom(after.method_request, headers) : request.body;
  const { body: _, ...rest } = request;
  const isSent = body !== undefined && method !== "GET" && method !== "HEAD";
  return { ...rest, method, url, headers, ...(isSent ? { body } : {}) };
}

/**
 * The answer as a script left it; `status` is what counts when it gives none.
 *
 * @throws StepError `bad_response` for what is no answer
 */
export function responseAfter(globals: ScriptGlobals, status: number): ScriptedResponse {
  const { method_response: body, method_response_headers: headers, method_response_status: given } = globals;
  const code = given ?? status;
  if (typeof code !== "number" || !Number.isInteger(code) || code < 100 || code > 599)
    throw new StepError("bad_response", "The script set a method_response_status that is no status code.");
  return { status: code, headers: pairsOf(headers, "method_response_headers"), body: body ?? null };
}

function methodFrom(value: Json | undefined): string {
  const method = typeof value === "string" ? value.trim().toUpperCase() : "";
  if (!METHOD.test(method) || method === "CONNECT" || method === "TRACE")
    throw new StepError("bad_settings", "The script set a method_request_method that can't be sent.");
  return method;
}

function urlFrom(text: Json | undefined, parameters: Json | undefined): string {
  const url = typeof text === "string" && URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:") || url.username !== "" || url.password !== "")
    throw new StepError("bad_settings", "The script set a method_request_url that can't be called.");
  if (parameters !== null && parameters !== undefined && !isJsonObject(parameters))
    throw new StepError("bad_settings", "The script made method_request_parameters something else than an object.");
  for (const [name, value] of Object.entries(parameters ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) url.searchParams.append(name, jsonToText(item));
  }
  url.hash = "";
  return url.href;
}

function parametersOf(url: URL): { [name: string]: Json } {
  const parameters: { [name: string]: Json } = Object.create(null);
  for (const [name, value] of url.searchParams) {
    const earlier = parameters[name];
    parameters[name] = earlier === undefined ? value : Array.isArray(earlier) ? [...earlier, value] : [earlier, value];
  }
  return parameters;
}

function headersFrom(value: Json | undefined, request: OutsideRequest): Headers {
  const headers = pairsOf(value, "method_request_headers");
  const named = new Set(headers.map(([name]) => name.toLowerCase()));
  return [
    ...headers,
    ...request.headers.filter((header) => isSecret(header, request) && !named.has(header[0].toLowerCase())),
  ];
}

function pairsOf(value: Json | undefined, name: string): Headers {
  if (value === null || value === undefined) return [];
  if (!isJsonObject(value))
    throw new StepError("bad_settings", `The script made ${name} something else than an object.`);
  const given = Object.entries(value).filter(([, one]) => one !== null);
  return headerPairs(given.map(([header, one]) => ({ name: header, value: one })));
}

const isSecret = ([, value]: Headers[number], { secrets }: OutsideRequest) =>
  secrets.some((secret) => secret !== "" && value.includes(secret));

const contentTypeOf = (headers: Headers) => headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];

function kindOf(contentType: string | undefined): BodyKind {
  const type = (contentType ?? "").split(";")[0]!.trim().toLowerCase();
  if (type === FORM) return "form";
  return /^[^/]+\/([^/]+\+)?json$/.test(type) ? "json" : "text";
}

function bodyOf({ body, headers }: OutsideRequest): Json {
  if (body === undefined) return null;
  switch (kindOf(contentTypeOf(headers))) {
    case "json":
      return safeJsonParse(body) ?? body;
    case "form":
      return decodeBody({ contentType: FORM, bytes: Buffer.from(body) });
    case "text":
      return body;
  }
}

/** Text goes as it is; data as its content type says, or as JSON, which then becomes the content type. */
function bodyFrom(value: Json | undefined, headers: Headers): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string") return value;
  const kind = kindOf(contentTypeOf(headers));
  if (kind === "form" && isJsonObject(value)) return toForm(value);
  if (kind !== "json") {
    const others = headers.filter(([name]) => name.toLowerCase() !== "content-type");
    headers.splice(0, headers.length, ...others, ["Content-Type", "application/json"]);
  }
  return JSON.stringify(value);
}

function toObject(headers: Headers): { [name: string]: Json } {
  const object: { [name: string]: Json } = Object.create(null);
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    const earlier = object[name];
    object[name] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return object;
}
