import { timingSafeEqual } from "node:crypto";
import type { WebhookCheck } from "@/lib/core/webhook-check";
import {
  type CheckedRequest,
  type CheckSecrets,
  type Found,
  refused,
  singleHeader,
  splitUrl,
  usableSecrets,
} from "./checked-request";
import type { CheckResult } from "./refusal";
import { sameBytes } from "./same-bytes";
import { type Scheme, type SigningCheck, schemeOf, sign } from "./scheme";
import { readSignatures } from "./signatures";
import { signedParts } from "./signed-parts";
import { parseSignedTime } from "./signed-time";

type Check<Kind extends WebhookCheck["kind"]> = Extract<WebhookCheck, { kind: Kind }>;

/**
 * Says whether a request passes its webhook's check, and if not, why. `now` is in milliseconds since 1970. Never throws; a
 * check without a secret passes nothing. Signatures over the body as it came and over the body with Content-Encoding undone
 * both count, because senders compress before they sign or after.
 */
export function verifyRequest(
  check: WebhookCheck,
  secrets: CheckSecrets,
  request: CheckedRequest,
  now: number,
): CheckResult {
  if (check.kind === "none") return { ok: true };
  const usable = usableSecrets(secrets);
  if (usable.length === 0) return refused({ code: "no-secret" });
  if (check.kind === "token") return verifyToken(check, usable, request);
  if (check.kind === "basic") return verifyBasic(check, usable, request);
  return verifySignature(check, usable, request, now);
}

function verifyToken(check: Check<"token">, secrets: string[], request: CheckedRequest): CheckResult {
  if (check.name === "") return refused({ code: "check-unusable" });
  const found = check.in === "header" ? singleHeader(request, check.name) : singleParameter(request.url, check.name);
  if (!found.ok) return found;
  const given = Buffer.from(found.value, check.in === "header" ? "latin1" : "utf8");
  const prefix = Buffer.from(check.prefix, "utf8");
  if (!given.subarray(0, prefix.length).equals(prefix))
    return refused({ code: "malformed", where: check.name, problem: "no-prefix" });
  const token = given.subarray(prefix.length);
  const matches = secrets.some((secret) => sameBytes(token, Buffer.from(secret, "utf8")));
  return matches ? { ok: true } : refused({ code: "token-differs" });
}

/** The value of a query parameter that must come exactly once. */
function singleParameter(url: string, name: string): Found<string> {
  const values: string[] = [];
  for (const pair of (splitUrl(url)?.query ?? "").split("&")) {
    const equals = pair.indexOf("=");
    const sent = decodePart(equals === -1 ? pair : pair.slice(0, equals));
    if (sent !== name) continue;
    const value = decodePart(equals === -1 ? "" : pair.slice(equals + 1));
    if (value === undefined) return refused({ code: "malformed", where: name, problem: "not-a-parameter" });
    values.push(value);
  }
  if (values.length > 1) return refused({ code: "parameter-repeated", parameter: name });
  const [value] = values;
  if (value === undefined) return refused({ code: "parameter-missing", parameter: name });
  return value === "" ? refused({ code: "malformed", where: name, problem: "empty" }) : { ok: true, value };
}

function decodePart(part: string): string | undefined {
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

function verifyBasic(check: Check<"basic">, secrets: string[], request: CheckedRequest): CheckResult {
  if (check.user === "") return refused({ code: "check-unusable" });
  const header = singleHeader(request, "Authorization");
  if (!header.ok) return header;
  const notBasic = refused({ code: "malformed", where: "Authorization", problem: "not-basic" });
  const encoded = /^basic +([A-Za-z0-9+/_-]+={0,2})$/i.exec(header.value)?.[1];
  if (encoded === undefined) return notBasic;
  const pair = Buffer.from(encoded, "base64");
  const colon = pair.indexOf(":");
  if (colon === -1) return notBasic;
  const isUser = sameBytes(pair.subarray(0, colon), Buffer.from(check.user, "utf8"));
  const password = pair.subarray(colon + 1);
  const isPassword = secrets.some((secret) => sameBytes(password, Buffer.from(secret, "utf8")));
  if (!isUser) return refused({ code: "user-differs" });
  return isPassword ? { ok: true } : refused({ code: "password-differs" });
}

function verifySignature(check: SigningCheck, secrets: string[], request: CheckedRequest, now: number): CheckResult {
  const scheme = schemeOf(check);
  if (!scheme) return refused({ code: "check-unusable" });
  const keys = secrets.map(scheme.key).filter((key) => key !== undefined);
  if (keys.length === 0) return refused({ code: "secret-unusable" });
  const header = singleHeader(request, scheme.header);
  if (!header.ok) return header;
  const signatures = readSignatures(scheme, header.value);
  if (!signatures.ok) return signatures;
  const time = readTime(scheme, request, signatures.value.items, now);
  if (!time.ok) return time;
  const signed = signedParts(scheme, request, time.value);
  if (!signed.ok) return signed;
  for (const key of keys) {
    for (const parts of signed.value) {
      const expected = sign(scheme, key, parts);
      if (signatures.value.digests.some((digest) => timingSafeEqual(digest, expected))) return { ok: true };
    }
  }
  return refused({ code: "signature-differs" });
}

/** The text of the request's time when it is near enough to now, or when none is signed. */
function readTime(
  { time, header }: Scheme,
  request: CheckedRequest,
  items: string[],
  now: number,
): Found<string | undefined> {
  if (!time) return { ok: true, value: undefined };
  const found = time.source === "header" ? singleHeader(request, time.name) : timeAmong(items, time.name, header);
  if (!found.ok) return found;
  const at = parseSignedTime(found.value, time.format);
  const where = time.source === "header" ? time.name : header;
  if (at === undefined) return refused({ code: "malformed", where, problem: "not-a-time" });
  const { toleranceSeconds } = time;
  const offMs = Math.abs(now - at);
  const seconds = Math.sign(now - at) * Math.ceil(offMs / 1_000);
  return offMs > toleranceSeconds * 1_000
    ? refused({ code: "time-off", seconds, toleranceSeconds })
    : { ok: true, value: found.value };
}

function timeAmong(items: string[], key: string, header: string): Found<string> {
  const times = items.filter((item) => item.startsWith(`${key}=`)).map((item) => item.slice(key.length + 1));
  if (times.length === 1) return { ok: true, value: times[0]! };
  return refused({ code: "malformed", where: header, problem: times.length === 0 ? "no-time" : "not-a-time" });
}
