import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkOf, requestWith } from "./testing";
import { bodies, differs, expectBound, expectTimely, NOW, ok } from "./testing-presets";
import { verifyRequest } from "./verify";

// Senders without a library of their own that signs, or with one far larger than this use of it: what they published.
const body = bodies[0]!;

describe("Shopify", () => {
  // Source: the repository Shopify/shopify-app-js, packages/apps/shopify-api/lib/webhooks/__tests__/validate.test.ts.
  it("accepts the figures of Shopify's own tests", () => {
    const request = requestWith('{"foo": "bar"}', {
      "X-Shopify-Hmac-Sha256": "B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=",
    });
    expectBound(checkOf({ kind: "shopify" }), "test_secret_key", request);
  });

  it("accepts the body signed as Shopify's documentation says: HMAC-SHA256 with the client secret, in base64", () => {
    const signature = createHmac("sha256", "hush").update(body).digest("base64");
    expectBound(checkOf({ kind: "shopify" }), "hush", requestWith(body, { "X-Shopify-Hmac-SHA256": signature }));
  });

  it("leaves Shopify's Events, which have a header of another name, to a check by settings", () => {
    const signature = "B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=";
    const request = requestWith('{"foo": "bar"}', { "Shopify-Hmac-Sha256": signature });
    expect(verifyRequest(checkOf({ kind: "shopify" }), { current: "test_secret_key" }, request, NOW)).toEqual({
      ok: false,
      reason: { code: "header-missing", header: "X-Shopify-Hmac-Sha256" },
    });
    const events = checkOf({ kind: "hmac", header: "Shopify-Hmac-Sha256", encoding: "base64" });
    expectBound(events, "test_secret_key", request);
  });
});

describe("Slack", () => {
  const check = checkOf({ kind: "slack" });
  const secret = "8f742231b10e8888abcd99yyyzzz85a5";
  const sentAt = 1_531_420_618_000;
  // Source: Slack's documentation, "Verifying requests from Slack".
  const payload =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
  const request = requestWith(payload, {
    "X-Slack-Request-Timestamp": "1531420618",
    "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  });

  it("accepts the documentation's example", () => expectBound(check, secret, request, sentAt));

  it("refuses it 5 minutes later, and when its time is put right", () => {
    expectTimely(check, secret, request, sentAt);
    const headers = [["X-Slack-Request-Timestamp", "1531420919"], request.headers[1]!] as const;
    expect(verifyRequest(check, { current: secret }, { ...request, headers }, sentAt + 301_000)).toEqual(differs);
  });
});

describe("HubSpot", () => {
  const secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
  const url = "https://www.example.com/webhook_uri";
  const signature = (value: string) => ({ "X-HubSpot-Signature": value });
  const v3 = checkOf({ kind: "hubspot" });

  // Source: HubSpot's documentation, "Validating requests", and the tests of its Node library, for v1 and v2.
  it("accepts the documentation's example of v1", () => {
    const payload =
      '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]';
    const headers = signature("232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de");
    expectBound(checkOf({ kind: "hubspot", version: "v1" }), secret, requestWith(payload, headers));
  });

  it("accepts the documentation's examples of v2", () => {
    const check = checkOf({ kind: "hubspot", version: "v2" });
    const get = signature("eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e");
    expectBound(check, secret, requestWith("", get, { method: "GET", url }));
    const post = signature("9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900");
    expectBound(check, secret, requestWith('{"example_field":"example_value"}', post, { url }));
  });

  // Source: the repositories HubSpot/hubspot-api-python, tests/spec/utils/test_signature.py, and HubSpot/hubspot-api-ruby,
  // spec/helpers/signature_spec.rb, which have the same figures.
  it("accepts the figures of v3 in the tests of HubSpot's own libraries, for their URL, method and time only", () => {
    const sentAt = 15_000_000;
    const headers = {
      "X-HubSpot-Request-Timestamp": "15000000",
      "X-HubSpot-Signature-v3": "HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw=",
    };
    const request = requestWith("{'example_field':'example_value'}", headers, { url });
    expectBound(v3, secret, request, sentAt);
    expectTimely(v3, secret, request, sentAt);
    const [time, signed] = request.headers;
    for (const changes of [
      { method: "PUT" },
      { url: `${url}/` },
      { url: url.replace("https:", "http:") },
      { url: `${url}?` },
      { headers: [[time![0], "15000001"], signed!] as const },
    ])
      expect(verifyRequest(v3, { current: secret }, { ...request, ...changes }, sentAt)).toEqual(differs);
    const registered = checkOf({ kind: "hubspot", signedUrl: url });
    expectBound(registered, secret, { ...request, url: "http://10.0.0.7:3000/webhook_uri" }, sentAt);
  });

  // Source: the table of HubSpot's documentation, "Validating requests". Its libraries sign the URL as it is handed to them.
  it("accepts v3 with the twelve escapes of the table undone, with all as they came, and with no other undone", () => {
    const sent = `${url}/%3a%2F%3F?to=%40%21%24%27%28%29%2A%2c%3B&rest=%20%26%3D%25`;
    const undone = `${url}/:/??to=@!$'()*,;&rest=%20%26%3D%25`;
    const signed = (text: string) => {
      const headers = {
        "X-HubSpot-Request-Timestamp": String(NOW),
        "X-HubSpot-Signature-v3": createHmac("sha256", secret).update(`POST${text}${body}${NOW}`).digest("base64"),
      };
      return requestWith(body, headers, { url: sent });
    };
    expectBound(v3, secret, signed(undone));
    expectBound(v3, secret, signed(sent));
    expect(verifyRequest(v3, { current: secret }, signed(decodeURIComponent(sent)), NOW)).toEqual(differs);
    expect(verifyRequest(v3, { current: secret }, { ...signed(undone), url }, NOW)).toEqual(differs);
  });
});

describe("Square", () => {
  // Source: Square's documentation, "Verify and validate an event notification", the request to test one's server with.
  it("accepts the documentation's example for the registered URL only", () => {
    const headers = { "X-Square-HmacSha256-Signature": "2kRE5qRU2tR+tBGlDwMEw2avJ7QM4ikPYD/PJ3bd9Og=" };
    const url = "https://example.com/webhook";
    expectBound(checkOf({ kind: "square" }), "asdf1234", requestWith('{"hello":"world"}', headers, { url }));
    const request = requestWith('{"hello":"world"}', headers);
    expect(verifyRequest(checkOf({ kind: "square" }), { current: "asdf1234" }, request, NOW)).toEqual(differs);
    expectBound(checkOf({ kind: "square", signedUrl: url }), "asdf1234", request);
  });
});

describe("Zendesk", () => {
  const check = checkOf({ kind: "zendesk" });
  const headersOf = (time: string, signature: string) => ({
    "X-Zendesk-Webhook-Signature": signature,
    "X-Zendesk-Webhook-Signature-Timestamp": time,
  });
  // Zendesk's documentation, "Verifying webhook authenticity": the secret of all test requests, used as it is written.
  const secret = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==";
  const time = "2021-03-25T05:09:27Z";

  it("accepts the documented form: base64 of HMAC-SHA256 over time and body", () => {
    const headers = headersOf(time, "S/RDdU2ERmj7LHDDoWJ2onPYH+t7/f2+LTM4dL7UiLM=");
    const request = requestWith('{"event":"ticket.updated","id":123}', headers);
    expectBound(check, secret, request, Date.parse(time));
    expectTimely(check, secret, request, Date.parse(time));
  });

  it("accepts a request without a body", () => {
    const headers = headersOf(time, createHmac("sha256", secret).update(time).digest("base64"));
    expectBound(check, secret, requestWith("", headers, { method: "GET" }), Date.parse(time));
  });

  // Source: the same page as it was in 2021, the only one with figures. Body came before time then; the page has said time
  // before body since. So the figures hold for the key, the digest and the encoding, and not for the order.
  it("takes key, digest and encoding as Zendesk's published figures have them, and the order as it is today", () => {
    const published = "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA=";
    const sent = "2021-07-25T10:00:00Z";
    const headers = headersOf(sent, "tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw=");
    const request = requestWith('{"say": "hello"}', headers);
    const asIn = (signed: string) =>
      checkOf({
        kind: "hmac",
        header: "X-Zendesk-Webhook-Signature",
        encoding: "base64",
        signed,
        time: { source: "header", header: "X-Zendesk-Webhook-Signature-Timestamp", format: "iso" },
      });
    expectBound(asIn("{body}{timestamp}"), published, request, Date.parse(sent));
    const others = [asIn("{timestamp}{body}"), check].map((other) =>
      verifyRequest(other, { current: published }, request, Date.parse(sent)),
    );
    expect(others).toEqual([differs, differs]);
  });
});

describe("Intercom", () => {
  const check = checkOf({ kind: "intercom" });

  // Intercom's documentation, "Signing notifications", gives the form (sha1= and HMAC-SHA1 in hexadecimal) and a signature
  // without its secret. Source of this one: RFC 2202, test case 2 for HMAC-SHA-1.
  it("accepts a published HMAC-SHA1 in the documented form", () => {
    const headers = { "X-Hub-Signature": "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" };
    const request = requestWith("what do ya want for nothing?", headers);
    expect(verifyRequest(check, { current: "Jefe" }, request, NOW)).toEqual(ok);
  });

  it("binds body and secret", () => {
    const signature = createHmac("sha1", "client-secret").update(body).digest("hex");
    expectBound(check, "client-secret", requestWith(body, { "X-Hub-Signature": `sha1=${signature}` }));
  });
});
