import { createHash, createHmac } from "node:crypto";
import { parse, stringify } from "node:querystring";
import { parseSignedText, type SignedPiece } from "@/lib/core/signed-text";
import type { HashAlgorithm, HmacCheck, SignatureEncoding, TimeFormat, WebhookCheck } from "@/lib/core/webhook-check";

/** `form` is the names and values of the form in the body, sorted; empty where the URL names the body's digest. */
export type SchemePiece = SignedPiece | { kind: "form" };

export type SchemeTime = {
  /** In a header of its own, or under a key among the signatures. */
  source: "header" | "signature";
  name: string;
  format: TimeFormat;
  toleranceSeconds: number;
};

/** How a sender signs, whoever it is: presets and settings alike come to this. */
export type Scheme = {
  algorithm: HashAlgorithm;
  /** `digest` is a plain digest of the secret followed by what is signed. */
  method: "hmac" | "digest";
  header: string;
  prefix: string;
  separator: string;
  encoding: SignatureEncoding;
  pieces: readonly SchemePiece[];
  time: SchemeTime | undefined;
  idHeader: string;
  signedUrl: string;
  /** Other ways in which the sender may write the URL. */
  urlForms: (url: string) => readonly string[];
  /** The key's bytes, or undefined when the secret can't be one. */
  key: (secret: string) => Buffer | undefined;
};

/** A check that compares a signature. */
export type SigningCheck = Exclude<WebhookCheck, { kind: "none" | "token" | "basic" }>;

const asIs = (url: string) => [url];
const textKey = (secret: string): Buffer => Buffer.from(secret, "utf8");

const plain: Omit<Scheme, "header"> = {
  algorithm: "sha256",
  method: "hmac",
  prefix: "",
  separator: "",
  encoding: "hex",
  pieces: [{ kind: "body" }],
  time: undefined,
  idHeader: "",
  signedUrl: "",
  urlForms: asIs,
  key: textKey,
};

const text = (value: string): SchemePiece => ({ kind: "text", text: value });
const timestamp: SchemePiece = { kind: "timestamp" };
const body: SchemePiece = { kind: "body" };
const url: SchemePiece = { kind: "url" };

const schemes = new WeakMap<SigningCheck, Scheme | { unusable: true }>();

/** How the requests of a check are signed; undefined when its settings can't be used. Made once for each check. */
export function schemeOf(check: SigningCheck): Scheme | undefined {
  let scheme = schemes.get(check);
  if (!scheme) {
    scheme = buildScheme(check) ?? { unusable: true };
    schemes.set(check, scheme);
  }
  return "unusable" in scheme ? undefined : scheme;
}

function buildScheme(check: SigningCheck): Scheme | undefined {
  switch (check.kind) {
    case "hmac":
      return hmacScheme(check);
    case "standard-webhooks":
      return {
        ...plain,
        header: "webhook-signature",
        prefix: "v1,",
        separator: " ",
        encoding: "base64",
        pieces: [{ kind: "id" }, text("."), timestamp, text("."), body],
        time: secondsIn("webhook-timestamp", check.toleranceSeconds),
        idHeader: "webhook-id",
        key: (secret) => base64Key(secret.replace(/^whsec_/, "")),
      };
    case "stripe":
      return {
        ...plain,
        header: "Stripe-Signature",
        prefix: "v1=",
        separator: ",",
        pieces: [timestamp, text("."), body],
        time: { ...secondsIn("t", check.toleranceSeconds), source: "signature" },
      };
    case "github":
      return { ...plain, header: "X-Hub-Signature-256", prefix: "sha256=" };
    case "shopify":
      return { ...plain, header: "X-Shopify-Hmac-Sha256", encoding: "base64" };
    case "slack":
      return {
        ...plain,
        header: "X-Slack-Signature",
        prefix: "v0=",
        pieces: [text("v0:"), timestamp, text(":"), body],
        time: secondsIn("X-Slack-Request-Timestamp", check.toleranceSeconds),
      };
    case "twilio":
      return {
        ...plain,
        algorithm: "sha1",
        header: "X-Twilio-Signature",
        encoding: "base64",
        pieces: [url, { kind: "form" }],
        signedUrl: check.signedUrl,
        urlForms: twilioUrls,
      };
    case "hubspot":
      return hubSpotScheme(check);
    case "square":
      return {
        ...plain,
        header: "X-Square-HmacSha256-Signature",
        encoding: "base64",
        pieces: [url, body],
        signedUrl: check.signedUrl,
      };
    case "zendesk":
      return {
        ...plain,
        header: "X-Zendesk-Webhook-Signature",
        encoding: "base64",
        pieces: [timestamp, body],
        time: { ...secondsIn("X-Zendesk-Webhook-Signature-Timestamp", check.toleranceSeconds), format: "iso" },
      };
    case "intercom":
      return { ...plain, algorithm: "sha1", header: "X-Hub-Signature", prefix: "sha1=" };
    default:
      return check satisfies never;
  }
}

function secondsIn(name: string, toleranceSeconds: number): SchemeTime {
  return { source: "header", name, format: "unix-seconds", toleranceSeconds };
}

function hmacScheme(check: HmacCheck): Scheme | undefined {
  const signed = parseSignedText(check.signed);
  if ("problem" in signed || check.header === "") return undefined;
  const { algorithm, prefix, encoding, idHeader, signedUrl, time, secretFormat } = check;
  const { pieces } = signed;
  return {
    ...plain,
    algorithm,
    header: check.header,
    prefix,
    // A time among the signatures has to be told from them.
    separator: check.separator === "" && time.source === "signature" ? "," : check.separator,
    encoding,
    pieces,
    idHeader,
    signedUrl,
    time: time.source === "none" ? undefined : { ...time, name: time.source === "header" ? time.header : time.key },
    key: secretFormat === "text" ? textKey : secretFormat === "base64" ? base64Key : hexKey,
  };
}

function hubSpotScheme(check: Extract<WebhookCheck, { kind: "hubspot" }>): Scheme {
  const { signedUrl, toleranceSeconds } = check;
  if (check.version === "v3")
    return {
      ...plain,
      header: "X-HubSpot-Signature-v3",
      encoding: "base64",
      pieces: [{ kind: "method" }, url, body, timestamp],
      time: { ...secondsIn("X-HubSpot-Request-Timestamp", toleranceSeconds), format: "unix-milliseconds" },
      signedUrl,
      urlForms: hubSpotUrls,
    };
  const pieces = check.version === "v2" ? [{ kind: "method" } as const, url, body] : [body];
  return { ...plain, method: "digest", header: "X-HubSpot-Signature", pieces, signedUrl };
}

/** Twilio leaves a standard port out or puts it in, and its back ends write characters escaped in two other ways. */
function twilioUrls(sent: string): string[] {
  const normal = URL.canParse(sent) ? new URL(sent).href : sent;
  const forms = [sent, normal, escapedAnew(normal)].flatMap((form) => [withoutPort(form), withPort(form)]);
  return [...new Set(forms)];
}

function escapedAnew(url: string): string {
  const question = url.indexOf("?");
  return question === -1 ? url : `${url.slice(0, question)}?${stringify(parse(url.slice(question + 1)))}`;
}

const withoutPort = (sent: string) => sent.replace(/^(https?:\/\/[^/?#]*?):\d+(?=[/?#]|$)/i, "$1");
const withPort = (sent: string) => {
  const [, scheme, host, rest] = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(sent) ?? [];
  if (scheme === undefined || host === undefined || /:\d+$/.test(host)) return sent;
  return `${scheme}://${host}:${scheme.toLowerCase() === "https" ? 443 : 80}${rest}`;
};

/** HubSpot signs its URLs with these escapes undone. */
const hubSpotEscapes = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;
const hubSpotUrls = (sent: string) => [
  ...new Set([sent.replace(hubSpotEscapes, (code) => decodeURIComponent(code)), sent]),
];

/** Bytes of a key in base64, standard or URL-safe; undefined when it is not that, or holds nothing. */
function base64Key(secret: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(secret)) return undefined;
  const bytes = Buffer.from(secret, "base64");
  return bytes.length === 0 ? undefined : bytes;
}

function hexKey(secret: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})+$/i.test(secret) ? Buffer.from(secret, "hex") : undefined;
}

/** The signature of some bytes, given in parts. */
export function sign(
  { method, algorithm }: Pick<Scheme, "method" | "algorithm">,
  key: Buffer,
  parts: readonly Buffer[],
): Buffer {
  const hash = method === "hmac" ? createHmac(algorithm, key) : createHash(algorithm).update(key);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Bytes of a signature. */
export const digestBytes: { readonly [algorithm in HashAlgorithm]: number } = {
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};
