import { z } from "zod";
import { formatDuration } from "@/lib/core/format";
import { defineStep } from "../types";

export const delayUnits = [
  { value: "seconds", label: "seconds", ms: 1_000 },
  { value: "minutes", label: "minutes", ms: 60_000 },
  { value: "hours", label: "hours", ms: 3_600_000 },
  { value: "days", label: "days", ms: 86_400_000 },
] as const;

/** A transaction's data is kept 31 days at most, so no delay is longer. */
export const MAX_DELAY_MS = 31 * 86_400_000;

/** Length of a delay in milliseconds. */
export function delayMs({ amount, unit }: { amount: number; unit: (typeof delayUnits)[number]["value"] }): number {
  return amount * (delayUnits.find((known) => known.value === unit)?.ms ?? 1_000);
}

/** Lets each transaction wait before it goes on. */
export const delay = defineStep({
  type: "delay",
  label: "Delay",
  description: "Lets each transaction wait for a fixed time before it goes on.",
  group: "logic",
  settings: z.object({
    amount: z.number().min(0).max(2_678_400).default(1),
    unit: z.enum(["seconds", "minutes", "hours", "days"]).default("minutes"),
  }),
  fields: [
    { key: "amount", label: "Wait", kind: "number", min: 0, required: true },
    { key: "unit", label: "Unit", kind: "select", options: delayUnits, required: true },
  ],
  exits: () => ["next"],
  problems: (settings) =>
    delayMs(settings) > MAX_DELAY_MS
      ? [{ field: "amount", message: "A delay is 31 days at most, because a transaction's data is kept that long." }]
      : [],
  recordSummary: (_settings, { durationMs }) => `Waited ${formatDuration(durationMs)}`,
  summary: ({ amount, unit }) => `Waits ${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`,
});
