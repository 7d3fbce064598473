import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WebhookCheck } from "@/lib/core/webhook-check";
import { type ExplainSecrets, explain } from "./explain";
import { checkOf, OWN_URL, requestWith } from "./testing";
import { body, findingsOf, fromGitHub, github, hex, NOW, times } from "./testing-explain";

describe("a missing header", () => {
  it("is explained by another sender's signature, which may even pass", () => {
    const stripe = checkOf({ kind: "stripe" });
    const request = fromGitHub(body, hex(body));
    expect(findingsOf(stripe, { current: "key" }, request)).toMatch(
      /^other-sender: It came with X-Hub-Signature-256, as GitHub sends it\. With the check GitHub and the stored secret it passes/,
    );
    expect(findingsOf(stripe, { current: "other" }, request)).toMatch(/Choose the check GitHub, if/);
  });

  it("is explained by another version of the same sender", () => {
    const url = "https://www.example.com/webhook_uri";
    const signature = createHash("sha256").update(`keyPOST${url}${body}`).digest("hex");
    const request = requestWith(body, { "X-HubSpot-Signature": signature }, { url });
    const found = (version: string) => findingsOf(checkOf({ kind: "hubspot", version }), { current: "key" }, request);
    expect(found("v3")).toBe(
      "form: With version v2 of HubSpot's signature it passes. Choose that version in the check.",
    );
    expect(found("v1")).toBe(found("v3"));
  });

  it("that belongs to a signature is told from a missing signature", () => {
    const request = requestWith(body, { "X-Slack-Signature": `v0=${hex(body)}` });
    expect(findingsOf(checkOf({ kind: "slack" }), { current: "key" }, request)).toMatch(
      /^nothing-similar: The signature came in X-Slack-Signature, but not all/,
    );
  });

  it("is explained by headers that sound like one, or by none", () => {
    const of = (headers: Record<string, string>) => findingsOf(github, { current: "key" }, requestWith(body, headers));
    expect(of({ "X-Acme-Signature": "1", "X-Acme-Design": "2" })).toMatch(
      /^similar-header: It came with X-Acme-Signature: look/,
    );
    expect(of({ Accept: "*/*" })).toMatch(/^nothing-similar: /);
  });
});

describe("a time", () => {
  it.each([
    [String(NOW), "milliseconds"],
    ["2026-11-22T02:00:00Z", "ISO 8601"],
  ])("in another unit is told: %s", (time, unit) => {
    const request = requestWith(body, { "X-Slack-Request-Timestamp": time, "X-Slack-Signature": `v0=${hex("x")}` });
    expect(findingsOf(checkOf({ kind: "slack" }), { current: "key" }, request)).toBe(
      `time: The request's time is written in ${unit}. Set the check so.`,
    );
  });

  it("that is none is told", () => {
    const request = requestWith(body, { "X-Slack-Request-Timestamp": "now", "X-Slack-Signature": `v0=${hex("x")}` });
    expect(findingsOf(checkOf({ kind: "slack" }), { current: "key" }, request)).toMatch(/^time: .*can't be read/);
  });
});

describe("a token", () => {
  const check = checkOf({ kind: "token", name: "Authorization", prefix: "Bearer " });
  const of = (headers: Record<string, string>, current = "Token-1", query = "") =>
    findingsOf(check, { current }, requestWith("", headers, { url: OWN_URL + query }));

  it.each<[Record<string, string>, string, string, RegExp]>([
    [{ Authorization: "Token-1" }, "Token-1", "", /the stored one without the prefix Bearer/],
    [{ Authorization: "bearer Token-1" }, "Token-1", "", /other capital letters/],
    [{ Authorization: "Token Token-1" }, "Token-1", "", /with Token before it/],
    [{ Authorization: "Bearer Token-1" }, "Token-1 ", "", /white space that is stored/],
    [{ Authorization: "Bearer Token-2" }, "Token-1", "", /^nothing-matches: /],
    [{ "X-Api-Key": "Token-1" }, "Token-1", "", /came in the header X-Api-Key, without the prefix Bearer/],
    [{}, "Token-1", "?key=Token-1", /came in the query parameter key/],
    [{ "X-Api-Key": "Token-2" }, "Token-1", "", /^similar-header: .*X-Api-Key/],
  ])("%j for %s%s is explained", (headers, current, query, finding) =>
    expect(of(headers, current, query)).toMatch(finding),
  );
});

describe("explain", () => {
  it("says so when the request passes by now, and when a replay would be too late", () => {
    const request = requestWith(body, {
      "X-Slack-Request-Timestamp": String(NOW / 1_000),
      "X-Slack-Signature": `v0=${hex(`v0:${NOW / 1_000}:${body}`)}`,
    });
    const { reason, summary, findings } = explain(checkOf({ kind: "slack" }), { current: "key" }, request, times);
    expect([reason, summary]).toEqual([undefined, "The request passes the check."]);
    expect(findings.map(({ code }) => code)).toEqual(["passes-now", "time"]);
  });

  it.each<[string, WebhookCheck, ExplainSecrets, Record<string, string>, RegExp]>([
    ["no secret", github, {}, {}, /^secret: Store the secret/],
    ["no settings", checkOf({ kind: "hmac" }), { current: "key" }, {}, /^settings: /],
    [
      "another user",
      checkOf({ kind: "basic", user: "a" }),
      { current: "x" },
      { Authorization: "Basic Yjp4" },
      /^token: .*user name/,
    ],
    [
      "another password",
      checkOf({ kind: "basic", user: "b" }),
      { current: "y" },
      { Authorization: "Basic Yjp4" },
      /^secret: .*password/,
    ],
    [
      "a bearer token",
      checkOf({ kind: "basic", user: "b" }),
      { current: "y" },
      { Authorization: "Bearer x" },
      /^form: It came with a bearer/,
    ],
    [
      "no base64",
      checkOf({ kind: "basic", user: "b" }),
      { current: "y" },
      { Authorization: "Basic b:y" },
      /^form: The header Auth/,
    ],
    [
      "a body that is not signed",
      checkOf({ kind: "twilio" }),
      { current: "y" },
      { "X-Twilio-Signature": `${"A".repeat(27)}=` },
      /^form: Twilio/,
    ],
  ])("has a sentence for %s", (_, check, secrets, headers, finding) => {
    expect(findingsOf(check, secrets, requestWith("{}", headers))).toMatch(finding);
  });

  it("never throws, and never says a secret or the right signature", () => {
    const kinds = WebhookCheck.options.map((option) => option.shape.kind.value).filter((kind) => kind !== "none");
    const secret = "c2VjcmV0LXRoYXQtbm9ib2R5LXNlZXM=";
    const names = [
      "X-Token",
      "Authorization",
      "X-Sig",
      "X-Hub-Signature-256",
      "Stripe-Signature",
      "X-Twilio-Signature",
      "Content-Type",
    ];
    const values = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
      fc.base64String({ maxLength: 60 }),
      fc.constantFrom(`t=1,v1=${hex("x")}`, `sha256=${hex("y")}`),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 5 }),
        fc.oneof(
          fc.json().map((text) => Buffer.from(text)),
          fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
        ),
        (kind, headers, rawBody) => {
          const check = checkOf({ kind, name: "X-Token", user: "spoke", header: "X-Sig" });
          const request = { method: "POST", url: OWN_URL, headers, rawBody };
          const text = JSON.stringify(explain(check, { current: secret, next: "second-secret" }, request, times));
          expect(text).not.toContain(secret);
          expect(text).not.toContain("second-secret");
          expect(text).not.toContain(hex(rawBody, secret));
        },
      ),
      { numRuns: 60 },
    );
  });
});
