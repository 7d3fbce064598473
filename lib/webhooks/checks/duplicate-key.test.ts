import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "@/lib/core/json";
import { Duplicates } from "@/lib/core/webhook-check";
import { duplicateKey, MAX_KEY_LENGTH } from "./duplicate-key";
import { checkOf, OWN_URL, requestWith } from "./testing";

type Given = { kind?: string; duplicates: object; headers?: Record<string, string>; query?: string; body?: Json };

const keyOf = ({ kind = "none", duplicates, headers = {}, query = "", body }: Given) =>
  duplicateKey({
    duplicates: Duplicates.parse(duplicates),
    check: checkOf({ kind: kind as "none" }),
    request: requestWith("", headers, { url: OWN_URL + query }),
    body,
  });
const ofBody = (path: string, body: Json) => keyOf({ duplicates: { kind: "body", path }, body });

describe("duplicateKey", () => {
  it("is nothing while duplicates are off", () => {
    expect(keyOf({ duplicates: { kind: "off" }, body: { id: "1" } })).toBeUndefined();
  });

  it("is a header, whatever its case", () => {
    const duplicates = { kind: "header", header: "Idempotency-Key" };
    expect(keyOf({ duplicates, headers: { "idempotency-key": " k-1 " } })).toBe("k-1");
    expect(keyOf({ duplicates, headers: { "Idempotency-Key": "" } })).toBeUndefined();
    expect(keyOf({ duplicates })).toBeUndefined();
  });

  it("is a query parameter", () => {
    const duplicates = { kind: "query", parameter: "event id" };
    expect(keyOf({ duplicates, query: "?event%20id=a%2Bb&x=1" })).toBe("a+b");
    expect(keyOf({ duplicates, query: "?x=1" })).toBeUndefined();
    expect(keyOf({ duplicates })).toBeUndefined();
  });

  it.each<[string, Json, string | undefined]>([
    ["order.id", { order: { id: "A-10" } }, "A-10"],
    ["order.id", { order: { id: 10 } }, "10"],
    ["lines[1].sku", { lines: [{}, { sku: "x" }] }, "x"],
    ["ok", { ok: false }, "false"],
    ["order", { order: { id: 1 } }, '{"id":1}'],
    ["order.id", { order: { id: null } }, undefined],
    ["order.id", { order: { id: " " } }, undefined],
    ["order.id", { order: {} }, undefined],
    ["order.id", null, undefined],
    ["constructor.name", {}, undefined],
    ["", { id: 1 }, undefined],
    ["a..b", { a: 1 }, undefined],
  ])("is the field %s of the body %j: %s", (path, body, key) => expect(ofBody(path, body)).toBe(key));

  it("is bounded, plain text, and tells different keys apart", () => {
    const unit = fc.oneof(
      fc.uint16Array({ maxLength: 8 }).map((codes) => String.fromCharCode(...codes)),
      fc.integer({ min: 195, max: 205 }).map((length) => "x".repeat(length)),
      fc.constantFrom("sha256:0", "", " x", "\u0000", "\ud800", "\ud801"),
    );
    fc.assert(
      fc.property(unit, unit, (left, right) => {
        const [a, b] = [ofBody("id", { id: left }), ofBody("id", { id: right })];
        expect((a ?? "").length).toBeLessThanOrEqual(MAX_KEY_LENGTH);
        expect(a ?? "").not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect(a === b).toBe(left.trim() === right.trim());
      }),
    );
    expect(ofBody("id", { id: "x".repeat(201) })).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(ofBody("id", { id: "a\u0000b" })).toMatch(/^sha256:/);
    expect(ofBody("id", { id: "\ud800" })).not.toBe(ofBody("id", { id: "\ud801" }));
  });
});

describe("the id of a preset", () => {
  const shopify = { "X-Shopify-Topic": "orders/create", "X-Shopify-Webhook-Id": "w-1" };
  it.each<[string, Record<string, string>, Json, string | undefined]>([
    ["standard-webhooks", { "webhook-id": "msg_1" }, {}, "msg_1"],
    ["stripe", {}, { id: "evt_1" }, "evt_1"],
    ["github", { "X-GitHub-Delivery": "72d3162e" }, {}, "72d3162e"],
    ["shopify", { ...shopify, "X-Shopify-Event-Id": "e-1" }, {}, "orders/create:e-1"],
    ["shopify", shopify, {}, "w-1"],
    ["slack", {}, { event_id: "Ev08MFMKH6" }, "Ev08MFMKH6"],
    ["slack", {}, { command: "/x" }, undefined],
    ["twilio", { "I-Twilio-Idempotency-Token": "t-1" }, { MessageSid: "SM1" }, "t-1"],
    ["twilio", {}, { MessageSid: "SM1", MessageStatus: "sent" }, "SM1:sent"],
    ["twilio", {}, { MessageSid: "SM1", SmsStatus: "received" }, "SM1:received"],
    ["twilio", {}, { CallSid: "CA1", CallStatus: "ringing" }, undefined],
    ["square", {}, { event_id: "6a8f5f28" }, "6a8f5f28"],
    ["zendesk", { "X-Zendesk-Webhook-Invocation-Id": "8350205582", "X-Zendesk-Webhook-Id": "01F1" }, {}, "8350205582"],
    ["intercom", {}, { id: "notif_78c122d0" }, "notif_78c122d0"],
    ["stripe", {}, "text", undefined],
    ["none", {}, { id: "1" }, undefined],
    ["token", { "webhook-id": "msg_1" }, { id: "1" }, undefined],
  ])("of %s with %j and %j is %s", (kind, headers, body, key) => {
    expect(keyOf({ kind, duplicates: { kind: "preset" }, headers, body })).toBe(key);
  });

  it("of HubSpot is that of all its events, whatever the attempt", () => {
    const event = { eventId: 1, subscriptionId: 12345, objectId: 123, occurredAt: 1564113600000, attemptNumber: 0 };
    const key = (body: Json) => keyOf({ kind: "hubspot", duplicates: { kind: "preset" }, body });
    expect(key([event])).toBe("1:12345:123:1564113600000");
    expect(key([{ ...event, attemptNumber: 1 }])).toBe(key([event]));
    expect(key([{ ...event, objectId: 124 }])).not.toBe(key([event]));
    expect(key(Array.from({ length: 100 }, (_, eventId) => ({ ...event, eventId })))).toMatch(/^sha256:/);
    expect(key([event, { other: 1 }])).toBeUndefined();
    expect(key([])).toBeUndefined();
    expect(key({ vid: 1 })).toBeUndefined();
  });
});
