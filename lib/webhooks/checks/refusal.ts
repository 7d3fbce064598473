/** What is wrong with a header, parameter or body that was there. */
export type MalformedProblem =
  | "empty"
  | "too-long"
  | "too-many-signatures"
  | "no-signature"
  | "not-decodable"
  | "wrong-length"
  | "no-time"
  | "not-a-time"
  | "not-basic"
  | "no-prefix"
  | "not-a-parameter"
  | "not-a-form";

/** Why a request did not pass its check. Holds names, numbers and times, never a secret or what a signature should have been. */
export type Refusal =
  | { code: "no-secret" }
  /** The stored secret can't be a key: not base64 where it has to be. */
  | { code: "secret-unusable" }
  /** The check's settings can't be used. */
  | { code: "check-unusable" }
  | { code: "header-missing"; header: string }
  | { code: "header-repeated"; header: string }
  | { code: "parameter-missing"; parameter: string }
  | { code: "parameter-repeated"; parameter: string }
  | { code: "malformed"; where: string; problem: MalformedProblem }
  /** `seconds` is positive when the request says an earlier time than our clock, negative when a later one. */
  | { code: "time-off"; seconds: number; toleranceSeconds: number }
  | { code: "signature-differs" }
  | { code: "token-differs" }
  | { code: "user-differs" }
  | { code: "password-differs" }
  /** The URL is signed, but the body is not the one that the URL names. */
  | { code: "body-differs" }
  /** Nothing in the request binds its body to the signature. */
  | { code: "body-not-signed" };

export type CheckResult = { ok: true } | { ok: false; reason: Refusal };

const malformedWords: { readonly [problem in MalformedProblem]: string } = {
  empty: "is empty",
  "too-long": "is too long",
  "too-many-signatures": "holds too many signatures",
  "no-signature": "holds no signature of the expected kind",
  "not-decodable": "holds a signature in another encoding than expected",
  "wrong-length": "holds a signature of another length than expected",
  "no-time": "holds no time",
  "not-a-time": "does not hold a time of the expected format",
  "not-basic": "does not hold a user and a password",
  "no-prefix": "does not begin as expected",
  "not-a-parameter": "can't be decoded",
  "not-a-form": "is not the form that its Content-Type says",
};

/** One sentence for the receipt. */
export function describeRefusal(reason: Refusal): string {
  switch (reason.code) {
    case "no-secret":
      return "The check has no secret, so every request is refused.";
    case "secret-unusable":
      return "The stored secret can't be used: it is not in the form that this check needs.";
    case "check-unusable":
      return "The check's settings can't be used.";
    case "header-missing":
      return `The header ${reason.header} is missing.`;
    case "header-repeated":
      return `The header ${reason.header} came more than once.`;
    case "parameter-missing":
      return `The query parameter ${reason.parameter} is missing.`;
    case "parameter-repeated":
      return `The query parameter ${reason.parameter} came more than once.`;
    case "malformed":
      return `${reason.where} ${malformedWords[reason.problem]}.`;
    case "time-off":
      return `The request's time is ${describeOffset(reason.seconds)}; ${reason.toleranceSeconds} s are allowed.`;
    case "signature-differs":
      return "The signature fits none of the stored secrets.";
    case "token-differs":
      return "The token is not the stored one.";
    case "user-differs":
      return "The user is not the expected one.";
    case "password-differs":
      return "The password is not the stored one.";
    case "body-differs":
      return "The body is not the one that was signed.";
    case "body-not-signed":
      return "The signature does not cover the body, so anyone could have changed it.";
    default:
      return reason satisfies never;
  }
}

/** "off by 423 s (it is earlier than our clock)" */
function describeOffset(seconds: number): string {
  return `off by ${Math.abs(seconds)} s (${seconds > 0 ? "earlier" : "later"} than our clock)`;
}
