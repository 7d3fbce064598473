import { z } from "zod";
import { ScriptConsole } from "./script";

/** One try of a step that called outside. Times are ISO strings, UTC. */
export const Attempt = z.object({
  startedAt: z.string(),
  durationMs: z.number(),
  error: z.string().optional(),
});
export type Attempt = z.infer<typeof Attempt>;

/** What one step did in a transaction. `output` of the trigger is left out when it is read from the receipt. */
export const StepRecord = z.object({
  stepId: z.string(),
  /** 1, and one more for each time a request continued the transaction from a webhook above. */
  visit: z.number().int(),
  outcome: z.enum(["done", "failed", "skipped"]),
  exit: z.string().nullable(),
  startedAt: z.string(),
  durationMs: z.number(),
  input: z.json().optional(),
  output: z.json().optional(),
  attempts: z.array(Attempt).optional(),
  error: z.object({ code: z.string(), message: z.string(), detail: z.string().optional() }).optional(),
  warning: z.string().optional(),
  /** What the step's scripts wrote to their console, cut. */
  console: ScriptConsole.optional(),
  /** Of a mid-cycle webhook: the number of the continuation that it was left by. */
  continuation: z.number().int().optional(),
});
export type StepRecord = z.infer<typeof StepRecord>;

/** A step that goes on at a time (a delay that runs, a retry that is due), or with a request (a hold). */
export const Wait = z.object({
  stepId: z.string(),
  visit: z.number().int(),
  reason: z.enum(["delay", "retry", "hold"]),
  /** When the step began; ISO, UTC. */
  startedAt: z.string(),
  /** ISO, UTC. Null: a hold without a timeout. */
  until: z.string().nullable(),
  input: z.json().optional(),
  attempts: z.array(Attempt).optional(),
});
export type Wait = z.infer<typeof Wait>;

/** What a Synchronous Response step answers. `headers` keep their order. */
export const SyncResponse = z.object({
  status: z.number().int().min(200).max(599),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string(),
});
export type SyncResponse = z.infer<typeof SyncResponse>;
