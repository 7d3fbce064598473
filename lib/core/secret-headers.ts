import { isJsonObject, type Json } from "./json";
import { REDACTED } from "./redacted";
import type { WebhookCheck } from "./webhook-check";

type Pairs = readonly (readonly [name: string, value: string])[];

/** Names of headers and query parameters whose values are secret; in lower case, parameters without their brackets. */
export type SecretNames = { headers: ReadonlySet<string>; parameters: ReadonlySet<string> };

const SIGN_IN_HEADERS = ["authorization", "proxy-authorization"];

const USUAL_HEADERS = [
  ...SIGN_IN_HEADERS,
  "cookie",
  "set-cookie",
  // Keys and tokens of whoever calls, as gateways and products call them.
  "api-key",
  "apikey",
  "x-api-key",
  "x-apikey",
  "x-api-token",
  "x-access-token",
  "x-auth-token",
  "x-auth-key",
  "x-api-secret",
  "x-secret",
  "x-token",
  "token",
  "x-goog-api-key",
  "x-functions-key",
  "ocp-apim-subscription-key",
  "x-forwarded-access-token",
  // Shared tokens of senders that don't sign.
  "x-webhook-token",
  "x-webhook-secret",
  "x-gitlab-token",
  "x-goog-channel-token",
  "x-telegram-bot-api-secret-token",
];

const USUAL_PARAMETERS = [
  "access_token",
  "auth_token",
  "api_token",
  "token",
  "api_key",
  "api-key",
  "apikey",
  "secret",
  "client_secret",
  "password",
];

/** Secret names of requests to a webhook that has, or once had, these checks. Signatures are no secrets. */
export function secretNames(checks: readonly WebhookCheck[]): SecretNames {
  const headers = new Set(USUAL_HEADERS);
  const parameters = new Set(USUAL_PARAMETERS);
  for (const check of checks) {
    if (check.kind !== "token" || check.name === "") continue;
    if (check.in === "header") headers.add(check.name.toLowerCase());
    else parameters.add(baseOf(check.name));
  }
  return { headers, parameters };
}

/** Of requests that no webhook is known for, and of answers. */
export const usualSecretNames = secretNames([]);

/** Whether the values of a header are secret. */
export const isSecretHeader = (name: string, names: SecretNames): boolean => names.headers.has(name.toLowerCase());

/** Whether the values of a query parameter are secret. */
export const isSecretParameter = (name: string, names: SecretNames): boolean => names.parameters.has(baseOf(name));

/** `token` of `token[0]`: what a parameter is called in the step's data. */
function baseOf(name: string): string {
  const open = name.indexOf("[");
  return (open > 0 ? name.slice(0, open) : name).toLowerCase();
}

/** Schemes that may be said, because no secret begins so; other first words may be part of one. */
const SCHEME = /^(basic|bearer|digest|dpop|hmac|negotiate|ntlm|oauth|token|apikey|aws4-hmac-sha256) +(?=\S)/i;

/** A secret header's value as it is shown: of what signs in, the scheme stays. An empty one has nothing to hide. */
export function redactedHeader(name: string, value: string): string {
  if (value.trim() === "") return value;
  const scheme = SIGN_IN_HEADERS.includes(name.toLowerCase()) ? SCHEME.exec(value.trim())?.[1] : undefined;
  return scheme === undefined ? REDACTED : `${scheme} ${REDACTED}`;
}

/** Headers with their secret values blanked out. */
export function redactHeaders(headers: Pairs, names: SecretNames): [name: string, value: string][] {
  return headers.map(([name, value]) => [name, isSecretHeader(name, names) ? redactedHeader(name, value) : value]);
}

export type QueryPair = {
  /** As sent. */
  raw: string;
  /** As sent, up to the equals sign. */
  rawName: string;
  name: string;
  value: string;
};

/** The parts of a query between its ampersands. Escapes that can't be decoded stay. */
export function queryPairs(query: string): QueryPair[] {
  return query.split("&").map((raw) => {
    const equals = raw.indexOf("=");
    const rawName = equals === -1 ? raw : raw.slice(0, equals);
    return { raw, rawName, name: decode(rawName), value: equals === -1 ? "" : decode(raw.slice(equals + 1)) };
  });
}

function decode(part: string): string {
  return part.replaceAll("+", " ").replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

/** A query, without its question mark, with its secret values blanked out. */
export function redactQuery(query: string, names: SecretNames): string {
  return queryPairs(query)
    .map(({ raw, rawName, name, value }) =>
      value !== "" && isSecretParameter(name, names) ? `${rawName}=${REDACTED}` : raw,
    )
    .join("&");
}

/** A URL with the secret values of its query blanked out. */
export function redactUrl(url: string, names: SecretNames): string {
  const mark = url.indexOf("?");
  return mark === -1 ? url : url.slice(0, mark + 1) + redactQuery(url.slice(mark + 1), names);
}

/** What is shown of a value of a step's data under a name that is secret. */
export function redactedField(part: "headers" | "query", name: string, value: Json): Json {
  if (value === null || value === "") return value;
  return part === "headers" && typeof value === "string" ? redactedHeader(name, value) : REDACTED;
}

/** A webhook step's data, `{ body, query, headers }`, with its secret headers and query parameters blanked out. */
export function redactStepData(data: Json, names: SecretNames): Json {
  if (!isJsonObject(data)) return data;
  const { headers, query } = data;
  return {
    ...data,
    ...(isJsonObject(query) && { query: redactFields("query", query, names) }),
    ...(isJsonObject(headers) && { headers: redactFields("headers", headers, names) }),
  };
}

function redactFields(part: "headers" | "query", fields: { [name: string]: Json }, names: SecretNames): Json {
  const isSecret = (name: string) =>
    part === "headers" ? isSecretHeader(name, names) : isSecretParameter(name, names);
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isSecret(name) ? redactedField(part, name, value) : value]),
  );
}
