import { z } from "zod";
import { StepRecord, SyncResponse, Wait } from "@/lib/core/transaction";
import { Id, PageQuery, pageOf, Time, VersionNumber } from "./common";
import { ContinuationView, ReachedStep } from "./held";
import { ReplayView } from "./webhooks";

export const transactionStates = [
  "queued",
  "running",
  "waiting",
  "held",
  "completed",
  "failed",
  "cancelled",
  "discarded",
] as const;
export const TransactionStateName = z.enum(transactionStates);
export type TransactionStateName = z.infer<typeof TransactionStateName>;

export const TransactionSummary = z.object({
  id: Id,
  cycleId: Id,
  cycleName: z.string(),
  versionNumber: z.number().int(),
  state: TransactionStateName,
  synchronous: z.boolean(),
  acceptedAt: Time,
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  durationMs: z.number().nullable(),
  errorStepId: z.string().nullable(),
  errorStepName: z.string().nullable(),
  error: z.string().nullable(),
  receiptId: Id.nullable(),
  replayOf: Id.nullable(),
});
export type TransactionSummary = z.infer<typeof TransactionSummary>;

export const TransactionQuery = PageQuery.extend({
  cycleId: Id.optional(),
  state: TransactionStateName.optional(),
  from: Time.optional(),
  to: Time.optional(),
  /** An id (or its beginning), or text of the error, of the request's body or of a step's data. */
  q: z.string().trim().max(200).optional(),
});
export type TransactionQuery = z.infer<typeof TransactionQuery>;
export const TransactionPage = pageOf(TransactionSummary);
export type TransactionPage = z.infer<typeof TransactionPage>;

export const TransactionView = TransactionSummary.extend({
  accountId: Id,
  versionId: Id,
  /** The trigger step's data: `{ body, query, headers }`. Its secrets are `••••`, as in the receipt. */
  input: z.json().nullable(),
  /** `summary` is one line of what the step did; empty when its name says enough. */
  steps: z.array(StepRecord.extend({ stepName: z.string(), stepType: z.string(), summary: z.string() })),
  /**
   * Where in `steps` those of the middle are left out, of a transaction that was continued so often that only its first 100 and its
   * newest 500 checkpoints are shown; null: all are there.
   */
  leftOutAt: z.number().int().nullable(),
  waits: z.array(Wait.extend({ stepName: z.string() })),
  /**
   * How often it went on from mid-cycle webhooks, in order: the first 100 times and the newest 1,000. The step's record names the
   * number.
   */
  continuations: z.array(ContinuationView),
  /** Mid-cycle webhooks that it has reached. */
  reached: z.array(ReachedStep),
  response: SyncResponse.nullable(),
  receipt: z
    .object({
      id: Id,
      webhookId: Id.nullable(),
      method: z.string(),
      clientIp: z.string(),
      sizeBytes: z.number(),
      status: z.number().nullable(),
    })
    .nullable(),
  replays: z.array(Id),
  /** Which request it ran again, when it was made by a replay of one. */
  replay: ReplayView.nullable(),
});
export type TransactionView = z.infer<typeof TransactionView>;

/** Runs the request again on the published version, or on the one with this number; `input` replaces the trigger step's data. */
export const ReplayInput = z.object({ input: z.json().optional(), version: VersionNumber.optional() });
export type ReplayInput = z.infer<typeof ReplayInput>;
export const ReplayResult = z.object({ transactionId: Id });

/** Public, by its unguessable URL: how a synchronous transaction stands. */
export const StatusView = z.object({
  transactionId: Id,
  status: TransactionStateName,
  response: SyncResponse.nullable(),
});
export type StatusView = z.infer<typeof StatusView>;
