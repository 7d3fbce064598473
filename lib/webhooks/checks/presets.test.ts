import { createHash } from "node:crypto";
import { sign as signForGitHub } from "@octokit/webhooks-methods";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import twilio from "twilio";
import { describe, expect, it } from "vitest";
import type { CheckedRequest } from "./checked-request";
import { checkOf, requestWith } from "./testing";
import { bodies, differs, expectBound, NOW, ok } from "./testing-presets";
import { verifyRequest } from "./verify";

const seconds = (time: number) => String(Math.floor(time / 1_000));
const body = bodies[0]!;

describe("Standard Webhooks", () => {
  const check = checkOf({ kind: "standard-webhooks" });

  // Source: the example of the library `standardwebhooks` in each of its languages.
  it("accepts the specification's published example", () => {
    const request = requestWith('{"test": 2432232314}', {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
    expectBound(check, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", request, 1_614_265_330_000);
    expectBound(check, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", request, 1_614_265_330_000);
  });

  it("accepts what the standard's own library signs, among signatures by other keys and versions", () => {
    const secret = `whsec_${Buffer.from("a secret of twenty-four bytes").toString("base64")}`;
    const signature = new StandardWebhook(secret).sign("msg_1", new Date(NOW), body);
    const others = `v1a,${"A".repeat(86)}== v1,${Buffer.alloc(32).toString("base64")}`;
    const headers = {
      "Webhook-Id": "msg_1",
      "Webhook-Timestamp": seconds(NOW),
      "Webhook-Signature": `${others} ${signature}`,
    };
    expectBound(check, secret, requestWith(body, headers), NOW);
    const moved = requestWith(body, { ...headers, "Webhook-Id": "msg_2" });
    expect(verifyRequest(check, { current: secret }, moved, NOW)).toEqual(differs);
  });
});

describe("Stripe", () => {
  const check = checkOf({ kind: "stripe" });
  const stripe = new Stripe("sk_test_none");

  it("accepts what Stripe's own library signs", () => {
    const secret = "whsec_5tQ8Xq2Y";
    const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: NOW / 1_000 });
    expectBound(check, secret, requestWith(body, { "Stripe-Signature": header }), NOW);
  });

  it("accepts a header with the signatures of two secrets and an old scheme", () => {
    const timestamp = NOW / 1_000;
    const [, first = ""] = stripe.webhooks
      .generateTestHeaderString({ payload: body, secret: "whsec_old", timestamp })
      .split(",");
    const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret: "whsec_new", timestamp });
    const request = requestWith(body, { "Stripe-Signature": `${header},${first},v0=6ffbb59b2300aae63f272406069a9788` });
    expect(verifyRequest(check, { current: "whsec_old" }, request, NOW)).toEqual(ok);
    expect(verifyRequest(check, { current: "whsec_new" }, request, NOW)).toEqual(ok);
    expect(verifyRequest(check, { current: "whsec_odd" }, request, NOW)).toEqual(differs);
  });
});

describe("GitHub", () => {
  const check = checkOf({ kind: "github" });

  // Source: GitHub's documentation, "Validating webhook deliveries", testing the webhook payload validation.
  it("accepts the documentation's example", () => {
    const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    const request = requestWith("Hello, World!", { "X-Hub-Signature-256": signature });
    expectBound(check, "It's a Secret to Everybody", request, NOW);
  });

  it("accepts every example event as Octokit signs it", async () => {
    for (const payload of bodies) {
      const headers = { "X-Hub-Signature-256": await signForGitHub("mysecret", payload) };
      expect(verifyRequest(check, { current: "mysecret" }, requestWith(payload, headers), NOW)).toEqual(ok);
    }
  });
});

describe("Twilio", () => {
  const check = checkOf({ kind: "twilio" });
  const form = { "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8" };
  // Source: Twilio's documentation, "Security", validating signatures from Twilio.
  const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  const params = {
    CallSid: "CA1234567890ABCDE",
    Caller: "+12349013030",
    Digits: "1234",
    From: "+12349013030",
    To: "+18005551212",
  };
  const signed = (signature: string, more: Partial<CheckedRequest> = {}) =>
    requestWith(new URLSearchParams(params).toString(), { ...form, "X-Twilio-Signature": signature }, { url, ...more });

  it("accepts the documentation's example, whatever the order of the parameters", () => {
    const request = signed("0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
    expectBound(check, "12345", request, NOW);
    const reversed = new URLSearchParams(Object.entries(params).reverse()).toString();
    expect(verifyRequest(check, { current: "12345" }, { ...request, rawBody: Buffer.from(reversed) }, NOW)).toEqual(ok);
    const elsewhere = verifyRequest(
      check,
      { current: "12345" },
      { ...request, url: url.replace("foo=1", "foo=2") },
      NOW,
    );
    expect(elsewhere).toEqual(differs);
  });

  it("accepts what Twilio's own library signs, with repeated and empty parameters", () => {
    const many = { Tag: ["b", "a", "b"], Body: "Ünïcode & more", Empty: "" };
    const rawBody = "Tag=b&Tag=a&Tag=b&Body=%C3%9Cn%C3%AFcode+%26+more&Empty=";
    const request = signed(twilio.getExpectedTwilioSignature("12345", url, many), { rawBody: Buffer.from(rawBody) });
    expect(verifyRequest(check, { current: "12345" }, request, NOW)).toEqual(ok);
  });

  it.each(["https://mycompany.com:443/myapp.php?foo=1&bar=2", "https://mycompany.com/myapp.php?foo=1&bar=2"])(
    "takes a standard port in or out of the URL: %s",
    (other) => {
      const signature = twilio.getExpectedTwilioSignature("12345", other, params);
      expect(verifyRequest(check, { current: "12345" }, signed(signature), NOW)).toEqual(ok);
    },
  );

  const queries = ["?q=O'Neil", "?q=a+b%20c", "?at=10:30,11:00/12", "?q=%c3%bc&x", "?q=a|b^c", "?b=2&a=1&b=1", "?"];
  it.each(queries)("takes each form of %s that Twilio's own library takes, and no other", (query) => {
    const sent = `https://mycompany.com/myapp.php${query}`;
    const forms = new Set([
      ...[sent, new URL(sent).href, sent.replace("?", ":443?"), sent.replace("mycompany.com", "mycompany.com:80")],
      ...[sent.replaceAll("'", "%27"), sent.replaceAll("+", "%20"), sent.replaceAll("%20", "+"), decodeURI(sent)],
      ...[sent.replaceAll(":30", "%3A30").replaceAll(",11:", "%2C11%3A").replaceAll("/12", "%2F12")],
      ...[sent.replace("&x", "&x="), sent.replace("%c3%bc", "%C3%BC"), sent.replace("%c3%bc&x", "%C3%BC&x=")],
      ...[sent.replace("?b=2&a=1&b=1", "?b=2&b=1&a=1"), sent.replace("https:", "http:"), sent.replace("?", "/?")],
    ]);
    for (const form of forms) {
      const signature = twilio.getExpectedTwilioSignature("12345", form, params);
      const verdict = verifyRequest(check, { current: "12345" }, signed(signature, { url: sent }), NOW);
      expect([form, verdict.ok]).toEqual([form, twilio.validateRequest("12345", signature, sent, params)]);
    }
  });

  it("accepts a JSON body by the digest that the signed URL names, and no other body", () => {
    const json = '{"MessageSid":"SM1"}';
    const withDigest = `${url}&bodySHA256=${createHash("sha256").update(json).digest("hex")}`;
    const signature = twilio.getExpectedTwilioSignature("12345", withDigest, {});
    const headers = [
      ["Content-Type", "application/json"],
      ["X-Twilio-Signature", signature],
    ] as const;
    const request = { method: "POST", url: withDigest, headers, rawBody: Buffer.from(json) };
    expect(verifyRequest(check, { current: "12345" }, request, NOW)).toEqual(ok);
    const changed = { ...request, rawBody: Buffer.from('{"MessageSid":"SM2"}') };
    expect(verifyRequest(check, { current: "12345" }, changed, NOW)).toEqual({
      ok: false,
      reason: { code: "body-differs" },
    });
    const unbound = { ...request, url };
    expect(verifyRequest(check, { current: "12345" }, unbound, NOW)).toEqual({
      ok: false,
      reason: { code: "body-not-signed" },
    });
  });

  it("accepts a GET, and the URL as it was given to Twilio", () => {
    const registered = checkOf({ kind: "twilio", signedUrl: "https://hooks.example.org/in" });
    const signature = twilio.getExpectedTwilioSignature("12345", "https://hooks.example.org/in?foo=1&bar=2", {});
    const request = {
      method: "GET",
      url,
      headers: [["X-Twilio-Signature", signature]] as const,
      rawBody: Buffer.alloc(0),
    };
    expect(verifyRequest(registered, { current: "12345" }, request, NOW)).toEqual(ok);
    expect(verifyRequest(check, { current: "12345" }, request, NOW)).toEqual(differs);
  });
});
