import { z } from "zod";
import { Id, PageQuery, pageOf, Time } from "./common";

/** A transaction that waits at a mid-cycle webhook. */
export const HeldTransaction = z.object({
  transactionId: Id,
  /** What a request has to carry; null: none can. Long values are cut, and end with their hash. */
  value: z.string().nullable(),
  since: Time,
  /** When it leaves by *Timed out*; null: it stays as long as it is kept. */
  until: Time.nullable(),
});
export type HeldTransaction = z.infer<typeof HeldTransaction>;

export const HeldQuery = PageQuery.extend({
  /** Only those that wait for exactly this value. */
  value: z.string().trim().max(2_000).optional(),
});
export type HeldQuery = z.infer<typeof HeldQuery>;

export const HeldPage = pageOf(HeldTransaction);
export type HeldPage = z.infer<typeof HeldPage>;

/** How many transactions a step holds; counted up to 10,000, then `more` is true. */
export const HeldCount = z.object({ stepId: z.string(), count: z.number().int(), more: z.boolean() });
export const HeldCounts = z.object({ steps: z.array(HeldCount) });
export type HeldCounts = z.infer<typeof HeldCounts>;

/** Continues a transaction from a mid-cycle webhook that it has reached; `data` is the step's data: `{ body, query, headers }`. */
export const ContinueInput = z.object({ stepId: z.string().max(64), data: z.json() });
export type ContinueInput = z.infer<typeof ContinueInput>;
export const ContinueResult = z.object({ number: z.number().int() });
export type ContinueResult = z.infer<typeof ContinueResult>;

/** One time that a transaction went on from a mid-cycle webhook. */
export const ContinuationView = z.object({
  number: z.number().int(),
  stepId: z.string(),
  stepName: z.string(),
  source: z.enum(["request", "hand", "timeout"]),
  /** `queued`: it has not begun; `discarded`: it never will. */
  state: z.enum(["queued", "taken", "discarded"]),
  at: Time,
  receiptId: Id.nullable(),
});
export type ContinuationView = z.infer<typeof ContinuationView>;

/** A mid-cycle webhook that a transaction has reached, and can be continued from. */
export const ReachedStep = z.object({
  stepId: z.string(),
  stepName: z.string(),
  value: z.string().nullable(),
  held: z.boolean(),
  until: Time.nullable(),
});
export type ReachedStep = z.infer<typeof ReachedStep>;
