import { createHmac } from "node:crypto";
import { sign as signForGitHub } from "@octokit/webhooks-methods";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import twilio from "twilio";
import type { Graph } from "@/lib/core/graph";
import type { AccountContext } from "@/lib/services/context";
import { createCycle } from "@/lib/services/cycles/create";
import { getCycle } from "@/lib/services/cycles/get";
import { publishCycle } from "@/lib/services/cycles/publish";
import { saveDraft } from "@/lib/services/cycles/save-draft";
import { startCycle } from "@/lib/services/cycles/start";
import { setSecret } from "@/lib/services/secrets/set";
import { step } from "@/lib/services/testing";

export type CheckedCycle = { cycleId: string; identifier: string; path: string; url: string };

export type CheckedWish = {
  check?: { kind: string; [setting: string]: unknown };
  secrets?: { [name: string]: string };
  type?: "webhook" | "webhook-ip-filtered";
  start?: boolean;
};

export const PUBLIC_URL = "https://spoke.example.com";
export const BODY = '{"order":{"id":"A-10"}}';

let made = 0;

/** Makes a cycle that begins with a checked webhook (`start`), stores its secrets, publishes it and starts it unless told otherwise. */
export async function makeCheckedCycle(
  ctx: AccountContext,
  { check = { kind: "none" }, secrets = {}, type = "webhook", start = true }: CheckedWish = {},
): Promise<CheckedCycle> {
  const graph = {
    steps: [step("start", type, { settings: { check } as Graph["steps"][number]["settings"] }), step("end", "stop")],
    edges: [{ from: "start", exit: "next", to: "end" }],
    variables: [],
  };
  const { id: cycleId, draftRevision } = await createCycle(ctx, { name: `Checked ${++made}` });
  await saveDraft(ctx, cycleId, { revision: draftRevision, graph });
  for (const [name, value] of Object.entries(secrets)) await setSecret(ctx, cycleId, { stepId: "start", name, value });
  if (start) await startCycle(ctx, cycleId, { once: false });
  else await publishCycle(ctx, cycleId);
  const { identifier } = (await getCycle(ctx, cycleId)).webhooks[0]!;
  const path = `/api/webhook/${identifier}`;
  return { cycleId, identifier, path, url: PUBLIC_URL + path };
}

export type SignInput = { url: string; body: string; secret: string; now: number };
/** A kind of check, a secret for it, and the headers that its sender adds to a request. */
export type SenderCase = {
  check: { kind: string; [setting: string]: unknown };
  secret: string;
  query?: string;
  body?: string;
  contentType?: string;
  headers: (input: SignInput) => Record<string, string> | Promise<Record<string, string>>;
};

const hmac = (algorithm: string, { secret }: SignInput, text: string) => createHmac(algorithm, secret).update(text);
const seconds = (now: number) => String(Math.floor(now / 1_000));
const WHSEC = `whsec_${Buffer.from("a key of twenty-four bytes").toString("base64")}`;

/** Every kind of check as its senders use it, with their own libraries where there is one. */
export const senders: Record<string, SenderCase> = {
  token: {
    check: { kind: "token", name: "Authorization", prefix: "Bearer " },
    secret: "t0k3n",
    headers: ({ secret }) => ({ Authorization: `Bearer ${secret}` }),
  },
  "token in the query": {
    check: { kind: "token", in: "query", name: "key" },
    secret: "t0k3n",
    query: "key=t0k3n",
    headers: () => ({}),
  },
  basic: {
    check: { kind: "basic", user: "shop" },
    secret: "p4ssword",
    headers: ({ secret }) => ({ Authorization: `Basic ${Buffer.from(`shop:${secret}`).toString("base64")}` }),
  },
  hmac: {
    check: { kind: "hmac", header: "X-Signature", prefix: "sha512=", algorithm: "sha512" },
    secret: "s3cret",
    headers: (input) => ({ "X-Signature": `sha512=${hmac("sha512", input, input.body).digest("hex")}` }),
  },
  "standard-webhooks": {
    check: { kind: "standard-webhooks" },
    secret: WHSEC,
    headers: ({ secret, body, now }) => ({
      "webhook-id": "msg_1",
      "webhook-timestamp": seconds(now),
      "webhook-signature": new StandardWebhook(secret).sign("msg_1", new Date(now), body),
    }),
  },
  stripe: {
    check: { kind: "stripe" },
    secret: "whsec_5tQ8Xq2Y",
    headers: ({ secret, body, now }) => ({
      "Stripe-Signature": new Stripe("sk_test_none").webhooks.generateTestHeaderString({
        payload: body,
        secret,
        timestamp: Math.floor(now / 1_000),
      }),
    }),
  },
  github: {
    check: { kind: "github" },
    secret: "mysecret",
    headers: async ({ secret, body }) => ({ "X-Hub-Signature-256": await signForGitHub(secret, body) }),
  },
  shopify: {
    check: { kind: "shopify" },
    secret: "hush",
    headers: (input) => ({ "X-Shopify-Hmac-Sha256": hmac("sha256", input, input.body).digest("base64") }),
  },
  slack: {
    check: { kind: "slack" },
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    headers: (input) => ({
      "X-Slack-Request-Timestamp": seconds(input.now),
      "X-Slack-Signature": `v0=${hmac("sha256", input, `v0:${seconds(input.now)}:${input.body}`).digest("hex")}`,
    }),
  },
  twilio: {
    check: { kind: "twilio" },
    secret: "12345",
    query: "foo=1",
    body: "MessageSid=SM1&Body=Hello",
    contentType: "application/x-www-form-urlencoded",
    headers: ({ secret, url, body }) => ({
      "X-Twilio-Signature": twilio.getExpectedTwilioSignature(
        secret,
        url,
        Object.fromEntries(new URLSearchParams(body)),
      ),
    }),
  },
  hubspot: {
    check: { kind: "hubspot" },
    secret: "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy",
    query: "to=1",
    headers: (input) => ({
      "X-HubSpot-Request-Timestamp": String(input.now),
      "X-HubSpot-Signature-v3": hmac("sha256", input, `POST${input.url}${input.body}${input.now}`).digest("base64"),
    }),
  },
  square: {
    check: { kind: "square" },
    secret: "asdf1234",
    headers: (input) => ({
      "X-Square-HmacSha256-Signature": hmac("sha256", input, input.url + input.body).digest("base64"),
    }),
  },
  zendesk: {
    check: { kind: "zendesk" },
    secret: "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==",
    headers: (input) => {
      const time = new Date(input.now).toISOString();
      return {
        "X-Zendesk-Webhook-Signature-Timestamp": time,
        "X-Zendesk-Webhook-Signature": hmac("sha256", input, time + input.body).digest("base64"),
      };
    },
  },
  intercom: {
    check: { kind: "intercom" },
    secret: "client-secret",
    headers: (input) => ({ "X-Hub-Signature": `sha1=${hmac("sha1", input, input.body).digest("hex")}` }),
  },
};

/** What a sender sends to a cycle: signed as it does, with `secret` and at `now`, over the body that it is then sent with unless `sent` is another. */
export async function signedBy(
  { path, url }: CheckedCycle,
  sender: SenderCase,
  { body = BODY, secret, now, sent }: { body?: string; secret?: string; now: number; sent?: string },
) {
  const { query = "", contentType = "application/json" } = sender;
  const suffix = query === "" ? "" : `?${query}`;
  const signed = sender.body ?? body;
  const headers = await sender.headers({ url: url + suffix, body: signed, secret: secret ?? sender.secret, now });
  return { path: path + suffix, headers: { ...headers, "Content-Type": contentType }, body: sent ?? signed };
}
