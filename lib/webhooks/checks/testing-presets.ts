import examples from "@octokit/webhooks-examples";
import { expect } from "vitest";
import type { WebhookCheck } from "@/lib/core/webhook-check";
import type { CheckedRequest, CheckSecrets } from "./checked-request";
import { verifyRequest } from "./verify";

export const NOW = Date.UTC(2026, 10, 22, 2, 0, 0);
export const ok = { ok: true };
export const differs = { ok: false, reason: { code: "signature-differs" } };

/** Bodies of real webhooks, as text. */
export const bodies = examples.flatMap(({ examples: payloads }) => payloads).map((payload) => JSON.stringify(payload));

/** Every byte of a request that a sender signs changes the verdict when it changes. */
export function expectBound(check: WebhookCheck, current: string, request: CheckedRequest, now = NOW): void {
  const verify = (changes: Partial<CheckedRequest>, secrets: CheckSecrets = { current }) =>
    verifyRequest(check, secrets, { ...request, ...changes }, now);
  expect(verify({})).toEqual(ok);
  expect(verify({ rawBody: Buffer.concat([request.rawBody, Buffer.from("x=1")]) })).toEqual(differs);
  expect(verify({}, { current: `${current.slice(0, -2)}AA` })).toEqual(differs);
  expect(verify({}, { current: "b3RoZXIgc2VjcmV0", next: current })).toEqual(ok);
  expect(verify({}, {})).toEqual({ ok: false, reason: { code: "no-secret" } });
  expect(verify({ headers: [] })).toMatchObject({ ok: false, reason: { code: "header-missing" } });
}

/** A request counts until 5 minutes from the time it says, in both directions, and not a second more. */
export function expectTimely(check: WebhookCheck, current: string, request: CheckedRequest, sentAt: number): void {
  const at = (seconds: number) => verifyRequest(check, { current }, request, sentAt + seconds * 1_000);
  for (const seconds of [300, -300]) expect(at(seconds)).toEqual(ok);
  for (const seconds of [301, -301])
    expect(at(seconds)).toEqual({ ok: false, reason: { code: "time-off", seconds, toleranceSeconds: 300 } });
}
