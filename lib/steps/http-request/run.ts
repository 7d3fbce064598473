import { StepError } from "@/lib/core/errors";
import { toForm } from "@/lib/core/form-out";
import { type Json, jsonToText } from "@/lib/core/json";
import { nestFields } from "@/lib/core/nest";
import { addHeader, headerPairs } from "../header-fields";
import type { CallScript, NamedValue, OutsideRequest, StepRunner } from "../types";
import { answerError } from "./answer-error";
import type { httpRequest } from "./definition";

type Call = Parameters<typeof runHttpRequest>[0];

/** Calls the URL; the answer is the step's data. */
export const runHttpRequest: StepRunner<typeof httpRequest> = (call) => {
  const { settings, timeoutMs } = call;
  const url = urlOf(call.settings);
  const headers = headerPairs(settings.headers as NamedValue[]);
  const { body, contentType } = bodyOf(settings);
  if (contentType !== undefined) addHeader(headers, "Content-Type", contentType);
  const { header, secrets } = credentials(call);
  if (header) headers.push(header);
  const request: OutsideRequest = {
    method: settings.method,
    url,
    headers,
    ...(body === undefined ? {} : { body }),
    timeoutMs,
    followRedirects: settings.followRedirects,
    secrets,
  };
  return {
    kind: "call",
    request,
    input: inputOf(request),
    answered: (response) => {
      const isError = response.status < 200 || response.status > 299;
      if (isError && settings.failOnStatus) throw answerError(response);
      return accepted(response);
    },
    ...(settings.script.trim() === "" ? {} : { script: { code: settings.script, inputOf, accepted } }),
  };
};

const accepted: CallScript["accepted"] = ({ status, headers, body }) => ({
  kind: "continue",
  exit: "next",
  output: { status, headers: toObject(headers, true), body },
});

/** What the record shows: the request without the secret header's value. */
function inputOf({ method, url, headers, body, secrets }: OutsideRequest): Json {
  const shown = headers.map(([name, value]): [string, string] => [
    name,
    secrets.some((secret) => secret !== "" && value.includes(secret)) ? "(secret)" : value,
  ]);
  return { method, url, headers: toObject(shown), ...(body === undefined ? {} : { body }) };
}

function urlOf({ url: text, query }: Call["settings"]): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
    const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
    throw new StepError("bad_settings", `"${shown}" can't be called. A URL begins with http:// or https://.`);
  }
  if (url.username !== "" || url.password !== "")
    throw new StepError("bad_settings", "The URL holds a user name. Set it under Authentication, with the secret.");
  for (const { name, value } of query as NamedValue[]) {
    for (const item of Array.isArray(value) ? value : [value]) url.searchParams.append(name, jsonToText(item));
  }
  url.hash = "";
  return url.href;
}

function bodyOf(settings: Call["settings"]): { body?: string; contentType?: string } {
  const { method, bodyKind } = settings;
  if (method === "GET" || method === "HEAD" || bodyKind === "none") return {};
  if (bodyKind === "raw") return { body: settings.raw, contentType: settings.rawContentType.trim() || "text/plain" };
  const fields = nestFields(settings.body as NamedValue[]);
  return bodyKind === "form"
    ? { body: toForm(fields), contentType: "application/x-www-form-urlencoded" }
    : { body: JSON.stringify(fields), contentType: "application/json" };
}

/** The header that proves who calls, and every form of the secret that must not be recorded. */
function credentials({ settings, secret }: Call): { header?: [string, string]; secrets: string[] } {
  if (settings.auth === "none") return { secrets: [] };
  const value = secret("auth");
  if (value === undefined)
    throw new StepError("auth_failed", "The secret for the authentication is missing. Type it in Step Setup.");
  switch (settings.auth) {
    case "basic": {
      const pair = Buffer.from(`${settings.authUser}:${value}`).toString("base64");
      return { header: ["Authorization", `Basic ${pair}`], secrets: [pair, value] };
    }
    case "bearer":
      return { header: secretHeader("Authorization", `Bearer ${value}`), secrets: [value] };
    case "header":
      return { header: secretHeader(settings.authHeader, value), secrets: [value] };
    default:
      return settings.auth satisfies never;
  }
}

function secretHeader(name: string, value: string): [string, string] {
  const [pair] = headerPairs([{ name, value }]);
  return pair!;
}

function toObject(headers: readonly (readonly [string, string])[], lowerCase = false): { [name: string]: Json } {
  const object: { [name: string]: Json } = Object.create(null);
  for (const [given, value] of headers) {
    const name = lowerCase ? given.toLowerCase() : given;
    const earlier = object[name];
    object[name] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return object;
}
