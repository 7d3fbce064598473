import { parseSignedText } from "@/lib/core/signed-text";
import type { HashAlgorithm, SignatureEncoding } from "@/lib/core/webhook-check";
import { bodiesOf, type CheckedRequest } from "./checked-request";
import type { Finding } from "./finding";
import { digestBytes, type Scheme, sign } from "./scheme";
import { decodeBytes } from "./signatures";
import { publicUrl, signedParts } from "./signed-parts";
import { bodyVariants, secretVariants, urlVariants } from "./variants";

/** What explaining may cost at most. */
const MAX_SIGNED_BYTES = 64 * 1024 * 1024;
const MAX_TRIALS = 5_000;
/** A byte of a form costs as much as this many signed ones: forms are taken apart for every trial. */
const FORM_COST = 16;

/** A signature that the header may hold, in whatever form. */
type Candidate = { digest: Buffer; algorithm: HashAlgorithm; encoding: SignatureEncoding; prefix: string };

/** Something that differs from the check. `words` completes "The signature is right for ". */
type Change = { code: Finding["code"]; words: string; advice: string };

type Key = { bytes: Buffer; changes: Change[] };
type Trial = { key: Key; scheme: Scheme; request: CheckedRequest; changes: Change[] };

export type SignatureInput = {
  scheme: Scheme;
  /** Secrets with what to say about them, in the order in which they are tried. */
  secrets: { secret: string; change?: Change }[];
  request: CheckedRequest;
  /** The signature's header. */
  header: string;
  /** The text of the request's time, if it has one. */
  time: string | undefined;
};

/** Finds with which change of secret, body, URL or form the signature of a refused request would be right. */
export function explainSignature(input: SignatureInput): Finding[] {
  const candidates = candidatesOf(input.header);
  if (candidates.length === 0)
    return [{ code: "form", text: `${input.scheme.header} holds nothing that can be a signature.` }];
  const algorithms = [...new Set(candidates.map(({ algorithm }) => algorithm))];
  const hasForm = input.scheme.pieces.some(({ kind }) => kind === "form");
  let [bytes, count] = [0, 0];
  for (const trial of trials(input)) {
    if (hasForm) bytes += FORM_COST * input.request.rawBody.length;
    if (bytes > MAX_SIGNED_BYTES) return [notAllTried];
    const signed = signedParts(trial.scheme, trial.request, input.time);
    if (!signed.ok) continue;
    for (const parts of signed.value) {
      for (const algorithm of algorithms) {
        bytes += parts.reduce((sum, part) => sum + part.length, 0);
        if (++count > MAX_TRIALS || bytes > MAX_SIGNED_BYTES) return [notAllTried];
        const digest = sign({ ...trial.scheme, algorithm }, trial.key.bytes, parts);
        const match = candidates.find((candidate) => candidate.digest.equals(digest));
        if (match) return findings([...trial.key.changes, ...trial.changes, ...formChanges(input.scheme, match)]);
      }
    }
  }
  const text = `None of ${count} variations of secret, body and form gives this signature. Most likely it was made with another secret, or the body was changed on the way.`;
  return [{ code: "nothing-matches", text }];
}

const notAllTried: Finding = {
  code: "not-all-tried",
  text: "Not every variation could be tried. The likeliest ones do not give this signature.",
};

/** One sentence about all that differs, then what to do about each. */
function findings(changes: Change[]): Finding[] {
  const [first] = changes;
  if (!first) {
    const text =
      "The signature is right, but its header is not written as the check says. Look how several are separated.";
    return [{ code: "form", text }];
  }
  const advice = [...new Set(changes.map((change) => change.advice))].join(" ");
  const words = changes.map((change) => change.words).join(", and ");
  return [{ code: first.code, text: `The signature is right for ${words}. ${advice}` }];
}

function* trials({ scheme, secrets, request }: SignatureInput): Generator<Trial> {
  const keys = keysOf(scheme, secrets);
  const asStored = keys.filter(({ changes }) => changes.length === 0);
  const forms = formsOf(scheme);
  const requests = requestsOf(scheme, request);
  for (const key of keys) yield { key, scheme, request, changes: [] };
  for (const key of asStored) {
    for (const other of requests) yield { key, scheme: other.scheme, request: other.request, changes: [other.change] };
    for (const form of forms) yield { key, scheme: form.scheme, request, changes: [form.change] };
  }
  const changed = keys.filter(({ changes }) => changes.length > 0);
  for (const key of changed) {
    for (const form of forms) yield { key, scheme: form.scheme, request, changes: [form.change] };
    for (const other of requests) yield { key, scheme: other.scheme, request: other.request, changes: [other.change] };
  }
}

/** Keys of the secrets as stored come first. */
function keysOf(scheme: Scheme, secrets: SignatureInput["secrets"]): Key[] {
  const keys: Key[] = [];
  const add = (bytes: Buffer | undefined, changes: Change[]) => {
    if (bytes && bytes.length > 0 && keys.every((key) => !key.bytes.equals(bytes))) keys.push({ bytes, changes });
  };
  for (const { secret, change } of secrets) add(scheme.key(secret), change ? [change] : []);
  for (const { secret, change } of secrets) {
    const earlier = change ? [change] : [];
    for (const { value, words, advice } of secretVariants(secret))
      add(scheme.key(value), [...earlier, { code: "secret", words, advice }]);
    const advice = "Check which form of the secret the sender means.";
    const as = (words: string): Change[] => [...earlier, { code: "secret", words, advice }];
    for (const text of [secret, secret.trim(), secret.trim().replace(/^whsec_/, "")]) {
      add(Buffer.from(text, "utf8"), as("the stored secret taken as text"));
      add(decodeBytes(text, "base64") ?? decodeBytes(text, "base64url"), as("the stored secret decoded from base64"));
      add(decodeBytes(text, "hex"), as("the stored secret decoded from hexadecimal"));
    }
  }
  return keys;
}

type Other = { scheme: Scheme; change: Change };

const otherTexts = [
  "{body}",
  "{timestamp}.{body}",
  "{timestamp}{body}",
  "{body}{timestamp}",
  "{timestamp}:{body}",
  "v0:{timestamp}:{body}",
  "{id}.{timestamp}.{body}",
  "{url}{body}",
  "{body}{url}",
  "{method}{url}{body}",
  "{method}{url}{body}{timestamp}",
];

/** Other texts that may be signed, and HubSpot's plain digests. */
function formsOf(scheme: Scheme): Other[] {
  const forms: Other[] = [];
  for (const text of otherTexts) {
    const signed = parseSignedText(text);
    if ("problem" in signed || JSON.stringify(signed.pieces) === JSON.stringify(scheme.pieces)) continue;
    const advice = "Choose the sender's own check, or set what is signed so in a check of the kind Signature (HMAC).";
    const change: Change = { code: "form", words: `${text} as what is signed`, advice };
    forms.push({ scheme: { ...scheme, pieces: signed.pieces }, change });
  }
  const method = scheme.method === "hmac" ? "digest" : "hmac";
  const words =
    method === "hmac" ? "an HMAC instead of a plain digest" : "a plain digest of secret and body instead of an HMAC";
  const advice = "Choose the check of the sender that signs so, in the version that it uses.";
  forms.push({ scheme: { ...scheme, method }, change: { code: "form", words, advice } });
  return forms;
}

function requestsOf(scheme: Scheme, request: CheckedRequest): (Other & { request: CheckedRequest })[] {
  const uses = (...kinds: string[]) => scheme.pieces.some(({ kind }) => kinds.includes(kind));
  const urls = uses("url", "path", "query") ? urlVariants(publicUrl(scheme, request), request) : [];
  const bodies = uses("body", "form") ? bodiesOf(request).flatMap(bodyVariants) : [];
  return [
    ...urls.map(({ value, ...rest }) => ({
      scheme: { ...scheme, signedUrl: "" },
      request: { ...request, url: value },
      change: { code: "url" as const, ...rest },
    })),
    ...bodies.map(({ value, ...rest }) => ({
      scheme,
      request: { ...request, rawBody: value, decodedBody: undefined },
      change: { code: "body" as const, ...rest },
    })),
  ];
}

/** How the signature itself is written otherwise than the check says. */
function formChanges(scheme: Scheme, { algorithm, encoding, prefix }: Candidate): Change[] {
  const changes: Change[] = [];
  const advice = "Set the check so, or let the sender sign as the check says.";
  const names = { hex: "hexadecimal", base64: "base64", base64url: "base64url" };
  if (algorithm !== scheme.algorithm)
    changes.push({ code: "algorithm", words: `${nameOf(algorithm)} instead of ${nameOf(scheme.algorithm)}`, advice });
  if (encoding !== scheme.encoding)
    changes.push({ code: "form", words: `${names[encoding]} instead of ${names[scheme.encoding]}`, advice });
  if (prefix !== scheme.prefix) {
    const [given, wanted] = [prefix, scheme.prefix].map((text) => (text === "" ? "no prefix" : `the prefix ${text}`));
    changes.push({ code: "form", words: `${given} instead of ${wanted}`, advice });
  }
  return changes;
}

const nameOf = (algorithm: HashAlgorithm) => algorithm.toUpperCase().replace("SHA", "SHA-");

const encodings: readonly SignatureEncoding[] = ["hex", "base64", "base64url"];
const MAX_CANDIDATES = 40;

/** Everything in a header that is as long as a digest: whole items, and what follows `name=` or `name,` in them. */
function candidatesOf(header: string): Candidate[] {
  const candidates: Candidate[] = [];
  for (const item of header.split(/[\s;]+|,(?=\s*[A-Za-z][\w-]{0,9}=[^=])/).slice(0, 20)) {
    const text = item.trim();
    const labelled = /^([A-Za-z0-9_.-]{1,20}[=,:])(.+)$/.exec(text);
    for (const [prefix, rest] of [
      ["", text],
      [labelled?.[1] ?? "", labelled?.[2] ?? ""],
    ] as const) {
      for (const encoding of encodings) {
        const digest = decodeBytes(rest, encoding);
        const algorithm = algorithmOf(digest?.length ?? 0);
        const isNew = candidates.every((known) => !digest || !known.digest.equals(digest));
        if (digest && algorithm && isNew && candidates.length < MAX_CANDIDATES)
          candidates.push({ digest, algorithm, encoding, prefix });
      }
    }
  }
  return candidates;
}

function algorithmOf(length: number): HashAlgorithm | undefined {
  return (Object.keys(digestBytes) as HashAlgorithm[]).find((algorithm) => digestBytes[algorithm] === length);
}
