import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WebhookCheck } from "@/lib/core/webhook-check";
import { describeRefusal } from "./refusal";
import { checkOf, OWN_URL, requestWith } from "./testing";
import { verifyRequest } from "./verify";

const NOW = Date.UTC(2026, 10, 22, 2, 0, 0);
const ok = { ok: true };
const refusal = (reason: object) => ({ ok: false, reason });
const hmac = (text: string | Buffer, { secret = "key", algorithm = "sha256" } = {}) =>
  createHmac(algorithm, secret).update(text);
const kinds = WebhookCheck.options.map((option) => option.shape.kind.value);

describe("every kind of check", () => {
  const signing = kinds.filter((kind) => kind !== "none");
  it.each(signing)("%s refuses everything without a secret", (kind) => {
    const check = checkOf({ kind, name: "X-Token", user: "spoke", header: "X-Signature" });
    for (const secrets of [{}, { current: "" }, { current: " \n", next: "" }]) {
      expect(
        verifyRequest(check, secrets, requestWith("{}", { "X-Token": "", Authorization: "Basic Og==" }), NOW),
      ).toEqual(refusal({ code: "no-secret" }));
    }
  });

  it.each(signing)("%s refuses a request that brings nothing, and never throws on what it brings", (kind) => {
    const check = checkOf({ kind, name: "X-Token", user: "spoke", header: "X-Signature", signed: "{body}" });
    const secrets = { current: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };
    expect(verifyRequest(check, secrets, requestWith("{}", {}), NOW)).toMatchObject({ ok: false });
    const names = [
      ...["X-Token", "Authorization", "X-Signature", "X-Hub-Signature", "X-Hub-Signature-256", "Stripe-Signature"],
      ...["webhook-id", "webhook-timestamp", "webhook-signature", "X-Slack-Signature", "X-Slack-Request-Timestamp"],
      ...["X-Twilio-Signature", "X-HubSpot-Signature-v3", "X-HubSpot-Request-Timestamp", "X-Shopify-Hmac-Sha256"],
      ...["X-Square-HmacSha256-Signature", "X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp"],
      "Content-Type",
    ];
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
      fc.constantFrom(
        "v1,",
        "v1=",
        "sha256=",
        "sha1=",
        "v0=",
        "t=",
        `t=${NOW / 1_000},v1=`,
        "Basic ",
        "Basic Og==",
        String(NOW / 1_000),
        String(NOW),
      ),
      fc.base64String({ maxLength: 90 }),
      fc.constant("application/x-www-form-urlencoded"),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 8 }),
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(OWN_URL, `${OWN_URL}?X-Token=%&bodySHA256=0`, "http://[::1]:80", "//?", ""),
        (headers, rawBody, url) => {
          const request = { method: "POST", url, headers, rawBody: Buffer.from(rawBody) };
          const result = verifyRequest(check, secrets, request, NOW);
          expect(result).toMatchObject({ ok: false, reason: { code: expect.any(String) } });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("accepts everything when there is none", () => {
    expect(verifyRequest(checkOf({ kind: "none" }), {}, requestWith("", {}), NOW)).toEqual(ok);
  });
});

describe("a token", () => {
  const check = checkOf({ kind: "token", name: "Authorization", prefix: "Bearer " });
  const verify = (value: string, secrets: object = { current: "tøken-1", next: "token-2" }) =>
    verifyRequest(check, secrets, requestWith("", { authorization: value }), NOW);
  const asSent = (text: string) => Buffer.from(text).toString("latin1");

  it("is compared byte by byte, after its prefix, with both secrets", () => {
    expect(verify(asSent("Bearer tøken-1"))).toEqual(ok);
    expect(verify("Bearer token-2")).toEqual(ok);
    expect(verify("Bearer token-3")).toEqual(refusal({ code: "token-differs" }));
    expect(verify("Bearer token-2x")).toEqual(refusal({ code: "token-differs" }));
    expect(verify("token-2")).toEqual(refusal({ code: "malformed", where: "Authorization", problem: "no-prefix" }));
    expect(verify("Bearer")).toEqual(refusal({ code: "malformed", where: "Authorization", problem: "no-prefix" }));
    expect(verify(" ")).toEqual(refusal({ code: "malformed", where: "Authorization", problem: "empty" }));
  });

  it("must come once", () => {
    const request = requestWith("", {});
    const twice = {
      ...request,
      headers: [
        ["Authorization", "Bearer token-2"],
        ["authorization", "Bearer token-2"],
      ] as const,
    };
    expect(verifyRequest(check, { current: "token-2" }, twice, NOW)).toEqual(
      refusal({ code: "header-repeated", header: "Authorization" }),
    );
  });

  it.each([
    ["?key=a%20b&x=1", ok],
    ["?key=a+b", ok],
    ["?x=1", refusal({ code: "parameter-missing", parameter: "key" })],
    ["", refusal({ code: "parameter-missing", parameter: "key" })],
    ["?key=a+b&key=a+b", refusal({ code: "parameter-repeated", parameter: "key" })],
    ["?key=%ff", refusal({ code: "malformed", where: "key", problem: "not-a-parameter" })],
    ["?key", refusal({ code: "malformed", where: "key", problem: "empty" })],
    ["?KEY=a+b", refusal({ code: "parameter-missing", parameter: "key" })],
    ["?key=a", refusal({ code: "token-differs" })],
  ])("may come in the query: %s", (query, result) => {
    const inQuery = checkOf({ kind: "token", in: "query", name: "key" });
    expect(verifyRequest(inQuery, { current: "a b" }, requestWith("", {}, { url: OWN_URL + query }), NOW)).toEqual(
      result,
    );
  });
});

describe("a user and a password", () => {
  const check = checkOf({ kind: "basic", user: "spöke" });
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;

  it.each([
    [basic("spöke:pass:word"), ok],
    [basic("spöke:next"), ok],
    [basic("spöke:pass").replace("Basic", "bAsIc"), refusal({ code: "password-differs" })],
    [basic("other:pass:word"), refusal({ code: "user-differs" })],
    [basic("spöke"), refusal({ code: "malformed", where: "Authorization", problem: "not-basic" })],
    ["Bearer x", refusal({ code: "malformed", where: "Authorization", problem: "not-basic" })],
    ["Basic !", refusal({ code: "malformed", where: "Authorization", problem: "not-basic" })],
  ])("are compared: %s", (authorization, result) => {
    const request = requestWith("", { Authorization: authorization });
    expect(verifyRequest(check, { current: "pass:word", next: "next" }, request, NOW)).toEqual(result);
  });
});

describe("describeRefusal", () => {
  it("says how far a time is off, and which way", () => {
    const reason = { code: "time-off", seconds: -423, toleranceSeconds: 300 } as const;
    expect(describeRefusal(reason)).toBe(
      "The request's time is off by 423 s (later than our clock); 300 s are allowed.",
    );
  });

  it("holds neither secret nor signature", () => {
    const signature = hmac("{}").digest("hex");
    const request = requestWith("{} ", { "X-Sig": signature, "X-Token": "guess" });
    for (const check of [checkOf({ kind: "hmac", header: "X-Sig" }), checkOf({ kind: "token", name: "X-Token" })]) {
      const result = JSON.stringify(verifyRequest(check, { current: "the-secret" }, request, NOW));
      expect(result).not.toMatch(/the-secret|guess|[0-9a-f]{16}/);
    }
  });
});
