import type { WebhookCheck } from "./webhook-check";

export type SenderWords = {
  label: string;
  /** What the sender calls the secret, and where its users find it. */
  secretLabel: string;
  secretHint: string;
  /** What the sender asks of a new URL before it sends events; nothing when it asks nothing. */
  handshake?: string;
  /** What tells duplicates when the preset's id is chosen. */
  id?: string;
};

/** What people read about each kind of check. */
export const checkWords: { readonly [kind in WebhookCheck["kind"]]: SenderWords } = {
  none: { label: "None", secretLabel: "", secretHint: "" },
  token: {
    label: "Token",
    secretLabel: "Token",
    secretHint: "The text that the sender puts into each request.",
  },
  basic: { label: "User and password", secretLabel: "Password", secretHint: "The password of the user above." },
  hmac: {
    label: "Signature (HMAC)",
    secretLabel: "Secret",
    secretHint: "The key that the sender signs with.",
  },
  "standard-webhooks": {
    label: "Standard Webhooks",
    secretLabel: "Signing secret",
    secretHint: "Begins with whsec_.",
    id: "the header webhook-id",
  },
  stripe: {
    label: "Stripe",
    secretLabel: "Endpoint secret",
    secretHint: "Begins with whsec_. In Stripe's dashboard: Webhooks, the endpoint, Signing secret.",
    id: "the event's id",
  },
  github: {
    label: "GitHub",
    secretLabel: "Secret",
    secretHint: "The secret that was typed when the webhook was made at GitHub.",
    handshake: "A new webhook sends a signed ping event, which starts a transaction like any other.",
    id: "the header X-GitHub-Delivery; a redelivery has the same",
  },
  shopify: {
    label: "Shopify",
    secretLabel: "Client secret",
    secretHint:
      "The app's client secret. Webhooks made in the admin are signed with the secret shown under Notifications.",
    id: "the headers X-Shopify-Topic and X-Shopify-Event-Id",
  },
  slack: {
    label: "Slack",
    secretLabel: "Signing secret",
    secretHint: "In the app's settings: Basic Information, App Credentials.",
    handshake:
      "Slack sends a challenge when the URL is typed in. It is answered by itself once the secret is stored and the cycle is published.",
    id: "the event's event_id",
  },
  twilio: {
    label: "Twilio",
    secretLabel: "Auth token",
    secretHint: "The account's primary auth token.",
    id: "the header I-Twilio-Idempotency-Token, else the message and its status",
  },
  hubspot: {
    label: "HubSpot",
    secretLabel: "Client secret",
    secretHint: "The app's client secret, in its Auth settings.",
    id: "the events in the request",
  },
  square: {
    label: "Square",
    secretLabel: "Signature key",
    secretHint: "In the developer console: Webhooks, the subscription, Signature key.",
    id: "the event's event_id",
  },
  zendesk: {
    label: "Zendesk",
    secretLabel: "Signing secret",
    secretHint:
      "In the Admin Center: the webhook, Reveal secret. Tests of a webhook that is not saved yet use another.",
    id: "the header X-Zendesk-Webhook-Invocation-Id",
  },
  intercom: {
    label: "Intercom",
    secretLabel: "Client secret",
    secretHint: "In the Developer Hub: the app, Basic information.",
    handshake:
      "Intercom looks at a new URL with a HEAD request, which is answered without a signature, and then sends a signed ping, which starts a transaction like any other.",
    id: "the notification's id",
  },
};
