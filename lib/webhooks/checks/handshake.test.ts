import { describe, expect, it } from "vitest";
import { WebhookCheck } from "@/lib/core/webhook-check";
import { handshake, lookAnswer } from "./handshake";
import { checkOf, requestWith } from "./testing";

// Source: Slack's documentation, the event url_verification.
const event = {
  token: "Jhj5dZrVaK7ZwHHjRyZWjbDl",
  challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P",
  type: "url_verification",
};
const slack = checkOf({ kind: "slack" });
const answerTo = (body: unknown) => handshake(slack, requestWith(JSON.stringify(body), {}));

describe("handshake", () => {
  it("answers Slack's challenge as plain text", () => {
    expect(answerTo(event)).toMatchObject({ status: 200, body: event.challenge });
    expect(answerTo(event)?.headers).toContainEqual(["Content-Type", "text/plain; charset=utf-8"]);
    expect(answerTo(event)?.headers).toContainEqual(["X-Content-Type-Options", "nosniff"]);
  });

  it("reads a challenge that came compressed", () => {
    const request = { ...requestWith("gzip", {}), decodedBody: Buffer.from(JSON.stringify(event)) };
    expect(handshake(slack, request)?.body).toBe(event.challenge);
  });

  it.each([
    [{ ...event, type: "event_callback" }],
    [{ ...event, challenge: "" }],
    [{ ...event, challenge: 7 }],
    [{ ...event, challenge: "x".repeat(1_001) }],
    [{ type: "url_verification" }],
    [[event]],
    [null],
    [{ ...event, padding: "x".repeat(20_000) }],
  ])("leaves other bodies to the cycle: %#", (body) => expect(answerTo(body)).toBeUndefined());

  it("leaves what is no JSON, or no POST, to the cycle", () => {
    expect(handshake(slack, requestWith("payload=%7B%7D", {}))).toBeUndefined();
    expect(handshake(slack, requestWith(JSON.stringify(event), {}, { method: "GET" }))).toBeUndefined();
  });

  it.each(WebhookCheck.options.map((option) => option.shape.kind.value).filter((kind) => kind !== "slack"))(
    "has nothing to answer for %s",
    (kind) => expect(handshake(checkOf({ kind }), requestWith(JSON.stringify(event), {}))).toBeUndefined(),
  );
});

describe("lookAnswer", () => {
  const intercom = checkOf({ kind: "intercom" });

  // Source: Intercom's documentation, "Set up webhooks": the URL "must be able to receive a HEAD request".
  it("answers Intercom's look at a new URL", () => {
    expect(lookAnswer(intercom, { method: "HEAD" })).toMatchObject({ status: 200, body: "Webhook found." });
  });

  it.each(["GET", "POST"])("has none for a %s", (method) => expect(lookAnswer(intercom, { method })).toBeUndefined());

  it.each(WebhookCheck.options.map((option) => option.shape.kind.value).filter((kind) => kind !== "intercom"))(
    "has none for %s",
    (kind) => expect(lookAnswer(checkOf({ kind }), { method: "HEAD" })).toBeUndefined(),
  );
});
