import { z } from "zod";
import { Id, Time } from "./common";

/** A hold on an account, a cycle or the webhook of a step: requests to it are accepted, and none of them begins. */
export const HoldView = z.object({
  id: Id,
  account: z.object({ id: Id, name: z.string() }),
  /** Null: all cycles of the account. */
  cycle: z.object({ id: Id, name: z.string() }).nullable(),
  /** Null: all webhooks of the cycle. */
  webhook: z.object({ id: Id, stepId: z.string(), name: z.string() }).nullable(),
  since: Time,
  /** Who it was; null for an API key. */
  heldBy: z.string().nullable(),
  /** Transactions that it holds now, also where another hold does. */
  held: z.number().int(),
  /** The last of these in the order of acceptance; null when there is none. */
  throughSeq: z.string().nullable(),
  /** They are let go, oldest first, so many per second; null: as fast as the limits allow. */
  draining: z.object({ since: Time, by: z.string().nullable(), perSecond: z.number().int().nullable() }).nullable(),
  released: z.number().int(),
  /** Some are being discarded. */
  discarding: z.boolean(),
  discarded: z.number().int(),
  /** Who asked for that last, and when. */
  lastDiscard: z.object({ at: Time, by: z.string().nullable() }).nullable(),
  endedAt: Time.nullable(),
});
export type HoldView = z.infer<typeof HoldView>;
export const HoldList = z.object({ entries: z.array(HoldView) });

export const HoldQuery = z.object({ accountId: Id.optional() });
/** Without `cycleId` the whole account is held, without `stepId` the whole cycle. */
export const BeginHoldInput = z
  .object({ accountId: Id, cycleId: Id.nullable().default(null), stepId: z.string().max(200).nullable().default(null) })
  .refine(({ cycleId, stepId }) => stepId === null || cycleId !== null, {
    path: ["cycleId"],
    message: "Say whose step it is",
  });
export type BeginHoldInput = z.infer<typeof BeginHoldInput>;

/** `perSecond` null: as fast as the limits of parallel transactions allow. */
export const DrainHoldInput = z.object({ perSecond: z.number().int().min(1).max(10_000).nullable().default(null) });
export type DrainHoldInput = z.infer<typeof DrainHoldInput>;

/** The number that was shown when somebody was asked, with the last one that it counts: `held` and `throughSeq` of the hold. */
export const DiscardHeldInput = z.object({ held: z.number().int().min(1), throughSeq: z.string().regex(/^\d{1,18}$/) });
export type DiscardHeldInput = z.infer<typeof DiscardHeldInput>;

const Rate = z.number().int().min(1).max(1_000_000).nullable();

const RateLimits = z.object({ requestsPerSecond: Rate, requestBurst: Rate });

/** The most bytes of bodies that may be kept. */
const Bytes = z.number().int().max(Number.MAX_SAFE_INTEGER);

/** What one webhook may receive; null is no limit, and a burst of null is what comes in a second. */
export const WebhookLimits = RateLimits.extend({
  /** Bytes of its accepted requests' bodies that may be kept. */
  storedBytesLimit: Bytes.min(1).nullable(),
  /** Transactions that it began and that may be unfinished at the same time. */
  unfinishedLimit: z.number().int().min(1).max(100_000).nullable(),
});
export type WebhookLimits = z.infer<typeof WebhookLimits>;

/** Limits that are left out stay as they are. */
export const SetWebhookLimitsInput = WebhookLimits.partial({ storedBytesLimit: true, unfinishedLimit: true });
export type SetWebhookLimitsInput = z.infer<typeof SetWebhookLimitsInput>;

/** The limits with the bytes that the webhook keeps now. */
export const WebhookLimitsView = WebhookLimits.extend({ storedBytes: z.number() });
export type WebhookLimitsView = z.infer<typeof WebhookLimitsView>;

/** What all webhooks of an account together may receive, and what the account may keep of their bodies. */
export const AccountLimits = RateLimits.extend({ storedBytesLimit: Bytes.min(0).nullable() });
