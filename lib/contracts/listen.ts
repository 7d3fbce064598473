import { z } from "zod";
import { Id, Time } from "./common";
import { StepSampleView } from "./cycles";
import { ReceiptSummary } from "./webhooks";

/** `since` is when listening began: requests that came before it are left out. */
export const ListenQuery = z.object({ since: Time.optional() });

/** Starts listening, or looks for what has come. `request` is null until one came that the step may take its data from. */
export const ListenView = z.object({
  listeningUntil: Time.nullable(),
  request: z
    .object({
      receiptId: Id,
      receivedAt: Time,
      status: z.number().nullable(),
      sample: StepSampleView.nullable(),
      reason: z.string().nullable(),
    })
    .nullable(),
  /** The newest five that a check, a limit or the webhook's script refused meanwhile, newest first. */
  refused: z.array(ReceiptSummary.pick({ id: true, receivedAt: true, outcome: true, status: true, reason: true })),
});
export type ListenView = z.infer<typeof ListenView>;
