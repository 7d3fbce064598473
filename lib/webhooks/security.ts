import { checkSecretNames, secretsOf, WebhookCheck } from "@/lib/core/webhook-check";
import { decryptSecret } from "@/lib/services/secrets/cipher";
import type { WebhookAnswer } from "./answers";
import type { CheckedRequest, CheckSecrets } from "./checks/checked-request";
import { handshake, lookAnswer } from "./checks/handshake";
import { type AllowedIps, allowsIp, parseAllowedIps } from "./checks/ip-filter";
import { describeRefusal } from "./checks/refusal";
import { verifyRequest } from "./checks/verify";

export type SecurityInput = {
  /** The list of a webhook that has one; undefined: any address may send. */
  allowedIps: string | undefined;
  /** The check as the published version has it, not parsed yet. */
  check: unknown;
  /** Encrypted, by their names. */
  secrets: { readonly [name: string]: string };
};

/** What the door makes of a caller: it may go on, is answered in our stead, or is refused. `reason` is for the receipt alone. */
export type Verdict =
  | { kind: "passes" }
  | { kind: "answered"; answer: WebhookAnswer; reason: string }
  | { kind: "refused"; outcome: "IP_NOT_ALLOWED" | "NOT_VERIFIED"; reason: string };

export const PASSES: Verdict = { kind: "passes" };

export const UNKNOWN_CHECK =
  "The check's settings can't be read, so every request is refused. They may have been published by a newer Spoke.";
export const NOT_DECRYPTED =
  "A secret of the check can't be decrypted with this installation's keys. Store it again, or add its key to ENCRYPTION_KEYS_OLD.";

/** A stored secret in the clear; undefined when there is none, null when it can't be decrypted any more. */
export function openSecret(ciphertext: string | undefined): string | null | undefined {
  if (ciphertext === undefined) return undefined;
  try {
    return decryptSecret(ciphertext);
  } catch {
    return null;
  }
}

/** The checks that a webhook's callers have to pass, with all that they need ready. What is secret about it can't be printed. */
export class Security {
  /** When it was read, in milliseconds of a clock that only goes forward. */
  readonly readAtMs = performance.now();
  readonly #allowed: AllowedIps | undefined;
  /** Undefined: nobody knows how to check, so nobody passes. */
  readonly #check: WebhookCheck | undefined;
  readonly #secrets: CheckSecrets;
  readonly #isBroken: boolean;

  private constructor(
    allowed: AllowedIps | undefined,
    check: WebhookCheck | undefined,
    secrets: CheckSecrets,
    isBroken: boolean,
  ) {
    this.#allowed = allowed;
    this.#check = check;
    this.#secrets = secrets;
    this.#isBroken = isBroken;
  }

  /** The security of a webhook; null when everyone may send to it. */
  static of({ allowedIps, check, secrets }: SecurityInput): Security | null {
    const parsed = WebhookCheck.safeParse(check === undefined ? { kind: "none" } : check).data;
    if (allowedIps === undefined && parsed?.kind === "none") return null;
    const allowed = allowedIps === undefined ? undefined : parseAllowedIps(allowedIps);
    const isSecret = parsed !== undefined && secretsOf(parsed).length > 0;
    const [current, next] = [checkSecretNames.current, checkSecretNames.next].map((name) =>
      isSecret ? openSecret(secrets[name]) : undefined,
    );
    const opened = { current: current ?? undefined, next: next ?? undefined };
    return new Security(allowed, parsed, opened, current === null || next === null);
  }

  /** Whether its check reads the body, so that a receipt should keep it as it came. */
  get readsBody(): boolean {
    const kind = this.#check?.kind;
    return kind !== undefined && kind !== "none" && kind !== "token" && kind !== "basic";
  }

  /** Judges a request by its address first, then by its token or signature. `receivedAt` is in milliseconds since 1970. */
  judge(clientIp: string, request: CheckedRequest, receivedAt: number): Verdict {
    if (this.#allowed && !allowsIp(this.#allowed, clientIp)) {
      const hasList = this.#allowed.ranges.length > 0;
      const reason = hasList ? `${clientIp} is not on the list.` : "The list of allowed addresses is empty.";
      return { kind: "refused", outcome: "IP_NOT_ALLOWED", reason };
    }
    if (!this.#check) return { kind: "refused", outcome: "NOT_VERIFIED", reason: UNKNOWN_CHECK };
    const result = verifyRequest(this.#check, this.#secrets, request, receivedAt);
    if (!result.ok) {
      const look = result.reason.code === "header-missing" ? lookAnswer(this.#check, request) : undefined;
      if (look) return { kind: "answered", answer: look, reason: "The sender looked whether there is such a URL." };
      const reason = this.#isBroken ? NOT_DECRYPTED : describeRefusal(result.reason);
      return { kind: "refused", outcome: "NOT_VERIFIED", reason };
    }
    const answer = handshake(this.#check, request);
    return answer ? { kind: "answered", answer, reason: "The sender asked whether the URL takes its events." } : PASSES;
  }
}
