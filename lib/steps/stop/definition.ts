import { z } from "zod";
import { defineStep } from "../types";

/** What `run.ts` records when there is a message. */
const Ended = z.object({ message: z.string() });

/** Ends the transaction, and with it every branch that still waits. */
export const stop = defineStep({
  type: "stop",
  label: "Stop",
  description: "Ends the transaction as completed or failed, with a message.",
  group: "logic",
  settings: z.object({
    outcome: z.enum(["completed", "failed"]).default("completed"),
    message: z.string().max(2_000).default(""),
  }),
  fields: [
    {
      key: "outcome",
      label: "End as",
      kind: "select",
      options: [
        { value: "completed", label: "Completed" },
        { value: "failed", label: "Failed" },
      ],
      required: true,
    },
    { key: "message", label: "Message", kind: "merge-text", hint: "Shown on the transaction." },
  ],
  exits: () => [],
  summary: ({ outcome, message }) => message || (outcome === "failed" ? "Ends as failed" : "Ends as completed"),
  recordSummary: ({ outcome }, { output }) =>
    Ended.safeParse(output).data?.message ?? (outcome === "failed" ? "Ended as failed" : "Ended as completed"),
});
