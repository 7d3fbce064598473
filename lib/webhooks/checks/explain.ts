import { formatDuration } from "@/lib/core/format";
import type { WebhookCheck } from "@/lib/core/webhook-check";
import { type CheckedRequest, type CheckSecrets, singleHeader, usableSecrets } from "./checked-request";
import { explainSignature } from "./explain-signature";
import { explainToken } from "./explain-token";
import type { Finding } from "./finding";
import { describeRefusal, type Refusal } from "./refusal";
import { type Scheme, schemeOf } from "./scheme";
import { parseSignedTime } from "./signed-time";
import { otherVersion, similarHeaders } from "./similar-headers";
import { verifyRequest } from "./verify";

export type Explanation = {
  /** Why the request was refused; undefined when it passes with these settings and secrets. */
  reason: Refusal | undefined;
  summary: string;
  findings: Finding[];
};

/** When a request came, and when it is explained; milliseconds since 1970. */
export type ExplainTimes = { receivedAt: number; now: number };

/** Beside the secrets that are valid, one that was before. */
export type ExplainSecrets = CheckSecrets & { previous?: string | undefined };

/**
 * Works out why a request does not pass its check, as sentences for people, the surest first. It tries the ways in which
 * secret, body, URL and settings usually differ; what that may cost is bounded. Neither a secret nor an expected signature is
 * ever part of it.
 */
export function explain(
  check: WebhookCheck,
  secrets: ExplainSecrets,
  request: CheckedRequest,
  times: ExplainTimes,
): Explanation {
  const result = verifyRequest(check, secrets, request, times.receivedAt);
  if (result.ok) return passing(check, secrets, request, times);
  const findings = findingsFor(result.reason, { check, secrets, request, times });
  return { reason: result.reason, summary: describeRefusal(result.reason), findings };
}

function passing(
  check: WebhookCheck,
  secrets: ExplainSecrets,
  request: CheckedRequest,
  { now }: ExplainTimes,
): Explanation {
  const findings: Finding[] = [
    {
      code: "passes-now",
      text: "If it was refused when it came, then settings or secrets have been changed since.",
    },
  ];
  const later = verifyRequest(check, secrets, request, now);
  if (!later.ok && later.reason.code === "time-off")
    findings.push({
      code: "time",
      text: "Sent again as it is now, it would be refused: its signed time is too long ago. Replay it without checking again.",
    });
  return { reason: undefined, summary: "The request passes the check.", findings };
}

type Input = { check: WebhookCheck; secrets: ExplainSecrets; request: CheckedRequest; times: ExplainTimes };

function findingsFor(reason: Refusal, input: Input): Finding[] {
  const { check, secrets, request, times } = input;
  switch (reason.code) {
    case "no-secret":
      return [{ code: "secret", text: "Store the secret that the sender shows. Until then every request is refused." }];
    case "secret-unusable":
      return [{ code: "secret", text: unusableSecret(check, secrets) }];
    case "check-unusable":
      return [
        { code: "settings", text: "Fill in what is marked under Security in Step Setup, and publish the cycle." },
      ];
    case "header-missing":
    case "parameter-missing": {
      const sure =
        check.kind === "token"
          ? explainToken(check, usableSecrets(secrets), request)
          : otherVersion(check, secrets, request, times.receivedAt);
      if (sure.length > 0) return sure;
      return signedWithout(check, request) ?? similarHeaders(check, secrets, request, times.receivedAt);
    }
    case "header-repeated":
    case "parameter-repeated":
      return [
        {
          code: "repeated",
          text: "Which of them is meant can't be known. Look whether the sender or a proxy adds it a second time.",
        },
      ];
    case "time-off":
      return timeFindings(reason, input);
    case "malformed":
      if (check.kind === "token") return explainToken(check, usableSecrets(secrets), request);
      if (check.kind === "basic") return [notBasic(request)];
      return reason.problem === "not-a-time" ? [notATime(input)] : signatureFindings(input, times.receivedAt);
    case "signature-differs":
      return signatureFindings(input, times.receivedAt);
    case "token-differs":
      return check.kind === "token" ? explainToken(check, usableSecrets(secrets), request) : [];
    case "user-differs":
      return [{ code: "token", text: "Look at the user name on both sides; capital letters count." }];
    case "password-differs":
      return [{ code: "secret", text: passwordFinding(secrets) }];
    case "body-differs":
      return [{ code: "body", text: "The URL names the digest of another body: it was changed on the way." }];
    case "body-not-signed":
      return [
        { code: "form", text: "Twilio signs forms, and other bodies by bodySHA256 in the URL. This body is neither." },
      ];
    default:
      return reason satisfies never;
  }
}

/** The signature came, but not everything that is signed. */
function signedWithout(check: WebhookCheck, request: CheckedRequest): Finding[] | undefined {
  const scheme = signingScheme(check);
  if (!scheme || !singleHeader(request, scheme.header).ok) return undefined;
  const text = `The signature came in ${scheme.header}, but not all that belongs to it. A proxy between may take headers away.`;
  return [{ code: "nothing-similar", text }];
}

function notBasic(request: CheckedRequest): Finding {
  const header = singleHeader(request, "Authorization");
  const isBearer = header.ok && /^bearer\s/i.test(header.value);
  const text = isBearer
    ? "It came with a bearer token. Choose the check Token with the header Authorization and the prefix Bearer."
    : "The header Authorization has to be Basic and, in base64, user and password with a colon between.";
  return { code: "form", text };
}

function unusableSecret(check: WebhookCheck, { current = "" }: ExplainSecrets): string {
  if (current !== current.trim()) return "The stored secret has white space around it. Store it again without it.";
  const isHex = check.kind === "hmac" && check.secretFormat === "hex";
  return `The stored secret is not ${isHex ? "hexadecimal" : "base64"}. Copy it again from the sender, whole.`;
}

function passwordFinding(secrets: ExplainSecrets): string {
  const isPadded = usableSecrets(secrets).some((secret) => secret !== secret.trim());
  return isPadded
    ? "The stored password has white space around it. Store it again without it, if that is not part of it."
    : "The user is the expected one. Look at the password on both sides.";
}

const HOUR = 3_600;

function timeFindings(reason: Extract<Refusal, { code: "time-off" }>, input: Input): Finding[] {
  const { check, secrets, request, times } = input;
  const { seconds, toleranceSeconds } = reason;
  const findings: Finding[] = [{ code: "time", text: clockHint(seconds, toleranceSeconds) }];
  const signedAt = times.receivedAt - seconds * 1_000;
  if (verifyRequest(check, secrets, request, signedAt).ok)
    return [
      { code: "right-but-late", text: "Apart from its time the request is right: signature and body belong together." },
      ...findings,
    ];
  return [...findings, ...signatureFindings(input, signedAt)];
}

function clockHint(seconds: number, toleranceSeconds: number): string {
  const distance = Math.abs(seconds);
  const duration = formatDuration(distance * 1_000);
  if (distance > 20 * 365 * 86_400)
    return "Its time is decades away: it is probably written in another unit than the check expects.";
  const hours = Math.round(distance / HOUR);
  if (hours >= 1 && hours <= 14 && Math.abs(distance - hours * HOUR) <= toleranceSeconds)
    return `Its time is about ${hours} h away: it was sent again, or the sender writes the time of its own zone instead of UTC.`;
  return seconds > 0
    ? `It was signed ${duration} before it came: it was held up or sent again, or the sender's clock is slow or ours fast.`
    : `It was signed ${duration} after it came, by the clocks: the sender's clock is fast, or ours slow.`;
}

function notATime({ check, request }: Input): Finding {
  const scheme = signingScheme(check);
  const text = scheme && timeText(scheme, request);
  const format = (["unix-seconds", "unix-milliseconds", "iso"] as const).find((other) => {
    const time = text === undefined ? undefined : parseSignedTime(text, other);
    return time !== undefined && time > Date.UTC(2001, 0, 1) && time < Date.UTC(2100, 0, 1);
  });
  const words = { "unix-seconds": "seconds", "unix-milliseconds": "milliseconds", iso: "ISO 8601" };
  return format === undefined
    ? { code: "time", text: "The request's time can't be read as seconds, milliseconds or ISO 8601." }
    : { code: "time", text: `The request's time is written in ${words[format]}. Set the check so.` };
}

function signingScheme(check: WebhookCheck): Scheme | undefined {
  return check.kind === "none" || check.kind === "token" || check.kind === "basic" ? undefined : schemeOf(check);
}

function timeText({ time, header, separator }: Scheme, request: CheckedRequest): string | undefined {
  if (!time) return undefined;
  const found = singleHeader(request, time.source === "header" ? time.name : header);
  if (!found.ok || time.source === "header") return found.ok ? found.value : undefined;
  const items = found.value.split(separator, 20).map((item) => item.trim());
  return items.find((item) => item.startsWith(`${time.name}=`))?.slice(time.name.length + 1);
}

const previousChange = {
  code: "secret",
  words: "the secret that was stored before",
  advice:
    "The sender still signs with the old one. Give it the new one, or store the old one as the second secret until it has.",
} as const;

function signatureFindings({ check, secrets, request }: Input, at: number): Finding[] {
  const scheme = signingScheme(check);
  if (!scheme) return [];
  const header = singleHeader(request, scheme.header);
  if (!header.ok) return [];
  const version = otherVersion(check, secrets, request, at);
  if (version.length > 0) return version;
  const valid = usableSecrets(secrets).map((secret) => ({ secret }));
  const old = usableSecrets({ current: secrets.previous }).map((secret) => ({ secret, change: previousChange }));
  const found = explainSignature({
    scheme,
    secrets: [...valid, ...old],
    request,
    header: header.value,
    time: timeText(scheme, request),
  });
  const isKnown = found.every(({ code }) => code !== "nothing-matches" && code !== "not-all-tried");
  const similar = isKnown
    ? []
    : similarHeaders(check, secrets, request, at).filter(({ code }) => code === "other-sender");
  return [...similar, ...found];
}
