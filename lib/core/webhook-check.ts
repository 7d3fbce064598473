import { z } from "zod";
import { parsePath } from "./path";
import { parseSignedText } from "./signed-text";

/** Digests that a signature may be made with. */
export const HashAlgorithm = z.enum(["sha1", "sha256", "sha384", "sha512"]);
export type HashAlgorithm = z.infer<typeof HashAlgorithm>;

export const SignatureEncoding = z.enum(["hex", "base64", "base64url"]);
export type SignatureEncoding = z.infer<typeof SignatureEncoding>;

/** How a time is written: seconds or milliseconds since 1970, or `2026-11-22T02:00:00Z`. */
export const TimeFormat = z.enum(["unix-seconds", "unix-milliseconds", "iso"]);
export type TimeFormat = z.infer<typeof TimeFormat>;

export const DEFAULT_TOLERANCE_SECONDS = 300;

const name = z.string().trim().max(100, "Names have 100 characters at most").default("");
const toleranceSeconds = z
  .number()
  .int("Type whole seconds")
  .min(1, "At least 1 second")
  .max(86_400, "At most 86,400 seconds, a day")
  .default(DEFAULT_TOLERANCE_SECONDS);
/** The URL that the sender signs, when it is not the webhook's own; the query of each request is added to it. */
const signedUrl = z.string().trim().max(2_000, "URLs have 2,000 characters at most").default("");

const SignedTime = z.discriminatedUnion("source", [
  z.object({ source: z.literal("none") }),
  z.object({
    source: z.literal("header"),
    header: name,
    format: TimeFormat.default("unix-seconds"),
    toleranceSeconds,
  }),
  /** An item of the signature's header, as in `t=1492774577,v1=5257a8...`. */
  z.object({
    source: z.literal("signature"),
    key: name.default("t"),
    format: TimeFormat.default("unix-seconds"),
    toleranceSeconds,
  }),
]);

const HmacCheck = z.object({
  kind: z.literal("hmac"),
  algorithm: HashAlgorithm.default("sha256"),
  header: name,
  /** What stands before the signature, as `sha256=`. */
  prefix: z.string().max(50, "Prefixes have 50 characters at most").default(""),
  encoding: SignatureEncoding.default("hex"),
  /** What is signed, with pieces in braces (lib/core/signed-text.ts). */
  signed: z.string().max(500, "At most 500 characters").default("{body}"),
  /** What stands between several signatures in the header; blank: there is one. */
  separator: z.string().max(5, "At most 5 characters").default(""),
  time: SignedTime.default({ source: "none" }),
  /** The header that {id} stands for. */
  idHeader: name,
  /** What the secret is: the key's text, or its bytes in base64 or hexadecimal. */
  secretFormat: z.enum(["text", "base64", "hex"]).default("text"),
  signedUrl,
});
export type HmacCheck = z.infer<typeof HmacCheck>;

const TokenCheck = z.object({
  kind: z.literal("token"),
  in: z.enum(["header", "query"]).default("header"),
  /** The header's or the query parameter's name. */
  name,
  /** What stands before the token, as `Bearer `. */
  prefix: z.string().max(50, "Prefixes have 50 characters at most").default(""),
});

const BasicCheck = z.object({
  kind: z.literal("basic"),
  user: z.string().max(200, "User names have 200 characters at most").default(""),
});

/** HubSpot signs its webhooks by v3 and v1, those of workflows by v2. Only v3 covers the time. */
export const HubSpotVersion = z.enum(["v3", "v2", "v1"]);
export type HubSpotVersion = z.infer<typeof HubSpotVersion>;

/** How requests to a webhook are checked. What is secret about it is stored apart, under the names of `secretsOf`. */
export const WebhookCheck = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  TokenCheck,
  BasicCheck,
  HmacCheck,
  z.object({ kind: z.literal("standard-webhooks"), toleranceSeconds }),
  z.object({ kind: z.literal("stripe"), toleranceSeconds }),
  z.object({ kind: z.literal("github") }),
  z.object({ kind: z.literal("shopify") }),
  z.object({ kind: z.literal("slack"), toleranceSeconds }),
  z.object({ kind: z.literal("twilio"), signedUrl }),
  z.object({ kind: z.literal("hubspot"), version: HubSpotVersion.default("v3"), signedUrl, toleranceSeconds }),
  z.object({ kind: z.literal("square"), signedUrl }),
  z.object({ kind: z.literal("zendesk"), toleranceSeconds }),
  z.object({ kind: z.literal("intercom") }),
]);
export type WebhookCheck = z.infer<typeof WebhookCheck>;

/** A check with its defaults, for the kind that was picked. */
export const newCheck = (kind: WebhookCheck["kind"]): WebhookCheck => WebhookCheck.parse({ kind });

export const MAX_WINDOW_SECONDS = 31 * 86_400;

const windowSeconds = z
  .number()
  .int("Type whole seconds")
  .min(1, "At least 1 second")
  .max(MAX_WINDOW_SECONDS, "At most 31 days")
  .default(86_400);

/** What makes a second request a duplicate of the first, and for how long. */
export const Duplicates = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("off") }),
  z.object({ kind: z.literal("header"), header: name, windowSeconds }),
  /** `path` lies below the body, as `order.id` (lib/core/path.ts). */
  z.object({ kind: z.literal("body"), path: z.string().trim().max(500).default(""), windowSeconds }),
  z.object({ kind: z.literal("query"), parameter: name, windowSeconds }),
  /** The id that the sender of the check's preset gives each request. */
  z.object({ kind: z.literal("preset"), windowSeconds }),
]);
export type Duplicates = z.infer<typeof Duplicates>;

/** Names under which a check's secrets are stored (StepSecret.name); fields with these names and `-secret` behind set them. */
export const checkSecretNames = { current: "check", next: "check-next" } as const;

/** The name of the secret that a check had before: no request passes by it, it only explains why one was refused. */
export const PREVIOUS_CHECK_SECRET = "check-previous";

/** The names of the secrets that a check reads: without the first every request is refused, the second serves a rotation. */
export function secretsOf(check: WebhookCheck): readonly { name: string; required: boolean }[] {
  if (check.kind === "none") return [];
  return [
    { name: checkSecretNames.current, required: true },
    { name: checkSecretNames.next, required: false },
  ];
}

/** Says whether the check's sender gives its requests ids that tell duplicates. */
export function hasPresetId(check: WebhookCheck): boolean {
  return !["none", "token", "basic", "hmac"].includes(check.kind);
}

export type SecurityProblem = { field: "check" | "duplicates"; part: string; message: string };

const headerName = /^[\w!#$%&'*+.^`|~-]+$/;

/** What has to be filled in or put right before a cycle with these settings can start, part by part. */
export function securityProblems(check: WebhookCheck, duplicates: Duplicates): SecurityProblem[] {
  return [
    ...checkProblems(check).map(([part, message]) => ({ field: "check" as const, part, message })),
    ...duplicatesProblems(duplicates, check).map(([part, message]) => ({
      field: "duplicates" as const,
      part,
      message,
    })),
  ];
}

type Problem = [part: string, message: string];

function checkProblems(check: WebhookCheck): Problem[] {
  if (check.kind === "token")
    return check.in === "header"
      ? headerProblems("name", check.name, "The check has no header. Type the name of the one that brings the token.")
      : check.name === ""
        ? [["name", "The check has no query parameter. Type the name of the one that brings the token."]]
        : [];
  if (check.kind === "basic") {
    if (check.user === "") return [["user", "The check has no user name. Type the one that the sender signs in with."]];
    return check.user.includes(":") ? [["user", "A user name can't hold a colon."]] : [];
  }
  const problems = "signedUrl" in check ? urlProblems(check.signedUrl) : [];
  return check.kind === "hmac" ? [...problems, ...hmacProblems(check)] : problems;
}

function hmacProblems(check: HmacCheck): Problem[] {
  const problems = headerProblems(
    "header",
    check.header,
    "The check has no header. Type the name of the one that brings the signature.",
  );
  const { time } = check;
  if (time.source === "header")
    problems.push(
      ...headerProblems("time", time.header, "The time has no header. Type the name of the one that brings it."),
    );
  if (time.source === "signature" && time.key === "")
    problems.push(["time", "Type the key of the time in the signature's header, for example t."]);
  const signed = parseSignedText(check.signed);
  if ("problem" in signed) return [...problems, ["signed", signed.problem]];
  const covers = (kind: string) => signed.pieces.some((piece) => piece.kind === kind);
  if (!covers("body")) problems.push(["signed", "What is signed has to hold {body}, or anyone could change the body."]);
  if (time.source !== "none" && !covers("timestamp"))
    problems.push(["signed", "What is signed has to hold {timestamp}, or anyone could change the time."]);
  if (time.source === "none" && covers("timestamp"))
    problems.push(["time", "Say where the {timestamp} that is signed comes from."]);
  if (covers("id"))
    problems.push(...headerProblems("idHeader", check.idHeader, "Type the name of the header that {id} stands for."));
  return problems;
}

function duplicatesProblems(duplicates: Duplicates, check: WebhookCheck): Problem[] {
  switch (duplicates.kind) {
    case "off":
      return [];
    case "header":
      return headerProblems("header", duplicates.header, "Type the name of the header that tells duplicates.");
    case "query":
      return duplicates.parameter === ""
        ? [["parameter", "Type the name of the query parameter that tells duplicates."]]
        : [];
    case "body":
      if (duplicates.path === "") return [["path", "Choose the field of the body that tells duplicates."]];
      return parsePath(duplicates.path)
        ? []
        : [["path", `"${duplicates.path}" is not a path. Write it like order.lines[0].id.`]];
    case "preset":
      return hasPresetId(check)
        ? []
        : [["kind", "This check's sender gives no ids. Choose a header, a body field or a query parameter."]];
    default:
      return duplicates satisfies never;
  }
}

function headerProblems(part: string, header: string, missing: string): Problem[] {
  if (header === "") return [[part, missing]];
  return headerName.test(header) ? [] : [[part, `"${header}" is not a header name.`]];
}

function urlProblems(url: string): Problem[] {
  if (url === "") return [];
  return /^https?:\/\/[^/?#\s]+[^?#\s]*$/.test(url)
    ? []
    : [["signedUrl", "Type a URL that begins with http:// or https:// and has no query."]];
}
