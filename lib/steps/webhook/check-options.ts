import { type HmacCheck, HubSpotVersion, securityProblems, TimeFormat, WebhookCheck } from "@/lib/core/webhook-check";

type Choice = { value: string; label: string };

/** One thing to say about a check. `part` is what its problems are told by; `change` gives the check with another value. */
export type CheckOption = { part: string; label: string; hint?: string; placeholder?: string } & (
  | { kind: "text"; value: string; change: (value: string) => WebhookCheck }
  | { kind: "number"; value: number; change: (value: number) => WebhookCheck }
  | { kind: "select"; value: string; choices: readonly Choice[]; change: (value: string) => WebhookCheck }
);

const named = (names: Record<string, string>): Choice[] =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

const places = named({ header: "A header", query: "The query" });
const algorithms = named({ sha256: "SHA-256", sha512: "SHA-512", sha384: "SHA-384", sha1: "SHA-1" });
const encodings = named({ hex: "Hexadecimal", base64: "Base64", base64url: "Base64, URL-safe" });
const formats = named({ text: "Text", base64: "Base64", hex: "Hexadecimal" });
const timeSources = named({ none: "Not signed", header: "In a header", signature: "In the signature's header" });
const timeFormats = named({
  "unix-seconds": "Seconds since 1970",
  "unix-milliseconds": "Milliseconds since 1970",
  iso: "ISO 8601",
} satisfies Record<TimeFormat, string>);
const versions = named({
  v3: "3, of webhooks",
  v2: "2, of workflows",
  v1: "1, of old webhooks",
} satisfies Record<HubSpotVersion, string>);

const TOLERANCE = "How far its time may be off, in both directions. 300 is what senders advise.";
const SIGNED =
  "Pieces in braces: {body}, {timestamp}, {method}, {url}, {path}, {query}, {id}, {header:name}; \\n is a line break.";
const SIGNED_URL =
  "Only when the sender knows the webhook by another URL than the one above, behind a proxy for example.";

/** What there is to say about a check, in the order in which it is asked. */
export function optionsOf(check: WebhookCheck): CheckOption[] {
  switch (check.kind) {
    case "token":
      return [
        select("in", "Where", check.in, places, (value) => ({ ...check, in: value as typeof check.in })),
        {
          ...text("name", check.in === "header" ? "Header" : "Query parameter", check.name, (name) => ({
            ...check,
            name,
          })),
          placeholder: check.in === "header" ? "Authorization" : "token",
        },
        ...(check.in === "header"
          ? [
              {
                ...text("prefix", "Before the token", check.prefix, (prefix) => ({ ...check, prefix })),
                placeholder: "Bearer ",
                hint: "With the blank at its end, if there is one.",
              },
            ]
          : []),
      ];
    case "basic":
      return [text("user", "User", check.user, (user) => ({ ...check, user }))];
    case "hmac":
      return hmacOptions(check);
    case "standard-webhooks":
    case "stripe":
    case "slack":
    case "zendesk":
      return [tolerance(check.toleranceSeconds, (toleranceSeconds) => ({ ...check, toleranceSeconds }))];
    case "twilio":
    case "square":
      return [signedUrl(check.signedUrl, (url) => ({ ...check, signedUrl: url }))];
    case "hubspot":
      return [
        select("version", "Version of the signature", check.version, versions, (version) => ({
          ...check,
          version: HubSpotVersion.parse(version),
        })),
        ...(check.version === "v1" ? [] : [signedUrl(check.signedUrl, (url) => ({ ...check, signedUrl: url }))]),
        ...(check.version === "v3"
          ? [tolerance(check.toleranceSeconds, (toleranceSeconds) => ({ ...check, toleranceSeconds }))]
          : []),
      ];
    case "none":
    case "github":
    case "shopify":
    case "intercom":
      return [];
    default:
      return check satisfies never;
  }
}

function hmacOptions(check: HmacCheck): CheckOption[] {
  const signs = (piece: string) => check.signed.includes(`{${piece}}`);
  return [
    {
      ...text("header", "Header of the signature", check.header, (header) => ({ ...check, header })),
      placeholder: "X-Signature",
    },
    {
      ...text("prefix", "Before the signature", check.prefix, (prefix) => ({ ...check, prefix })),
      placeholder: "sha256=",
    },
    select("algorithm", "Digest", check.algorithm, algorithms, (value) => ({
      ...check,
      algorithm: value as HmacCheck["algorithm"],
    })),
    select("encoding", "Written in", check.encoding, encodings, (value) => ({
      ...check,
      encoding: value as HmacCheck["encoding"],
    })),
    {
      ...text("signed", "What is signed", check.signed, (signed) => ({ ...check, signed })),
      placeholder: "{timestamp}.{body}",
      hint: SIGNED,
    },
    ...(signs("id")
      ? [
          {
            ...text("idHeader", "Header of the {id}", check.idHeader, (idHeader) => ({ ...check, idHeader })),
            placeholder: "X-Request-Id",
          },
        ]
      : []),
    ...timeOptions(check),
    {
      ...text("separator", "Between several signatures", check.separator, (separator) => ({ ...check, separator })),
      placeholder: ",",
      hint: "Blank when there is one signature only.",
    },
    select("secretFormat", "The secret is", check.secretFormat, formats, (value) => ({
      ...check,
      secretFormat: value as HmacCheck["secretFormat"],
    })),
    ...(signs("url") || signs("path") ? [signedUrl(check.signedUrl, (url) => ({ ...check, signedUrl: url }))] : []),
  ];
}

function timeOptions(check: HmacCheck): CheckOption[] {
  const { time } = check;
  const source = select(
    time.source === "none" ? "time" : "source",
    "Time of the request",
    time.source,
    timeSources,
    (value) => WebhookCheck.parse({ ...check, time: { source: value } }),
  );
  if (time.source === "none") return [source];
  const place: CheckOption =
    time.source === "header"
      ? {
          ...text("time", "Header of the time", time.header, (header) => ({ ...check, time: { ...time, header } })),
          placeholder: "X-Timestamp",
        }
      : {
          ...text("time", "Key of the time", time.key, (key) => ({ ...check, time: { ...time, key } })),
          placeholder: "t",
        };
  return [
    source,
    place,
    select("format", "The time is written in", time.format, timeFormats, (value) => ({
      ...check,
      time: { ...time, format: TimeFormat.parse(value) },
    })),
    tolerance(time.toleranceSeconds, (toleranceSeconds) => ({ ...check, time: { ...time, toleranceSeconds } })),
  ];
}

function text(
  part: string,
  label: string,
  value: string,
  change: (value: string) => WebhookCheck,
): CheckOption & { kind: "text" } {
  return { kind: "text", part, label, value, change };
}

function select(
  part: string,
  label: string,
  value: string,
  choices: readonly Choice[],
  change: (value: string) => WebhookCheck,
): CheckOption {
  return { kind: "select", part, label, value, choices, change };
}

function tolerance(value: number, change: (value: number) => WebhookCheck): CheckOption {
  return { kind: "number", part: "toleranceSeconds", label: "Tolerance (seconds)", value, change, hint: TOLERANCE };
}

function signedUrl(value: string, change: (value: string) => WebhookCheck): CheckOption {
  return {
    ...text("signedUrl", "URL that the sender signs", value, change),
    placeholder: "https://…",
    hint: SIGNED_URL,
  };
}

/** What is wrong with a check, by part; settings that don't parse are told by the same parts. */
export function checkProblemsByPart(check: unknown): { readonly [part: string]: string } {
  const parsed = WebhookCheck.safeParse(check);
  const problems = parsed.success
    ? securityProblems(parsed.data, { kind: "off" }).map(({ part, message }) => [part, message])
    : parsed.error.issues.map(({ path, message }) => [String(path.at(-1) ?? "kind"), `${message}.`]);
  return Object.fromEntries(problems.reverse());
}
