import { receiptOutcomes } from "@/lib/contracts/webhooks";
import type { ReceiptOutcome } from "@/lib/queue/receipt-rows";
import { type StepType, stepDefinitions } from "@/lib/steps/definitions";
import { LATENCY_BOUNDS } from "./bounds";
import { Count, Distribution } from "./tally";

/** How a request to a webhook URL ended, as receipts say it. */
export const outcomes = receiptOutcomes.map((name) => name.toUpperCase().replaceAll("-", "_")) as ReceiptOutcome[];

/** The states that transactions end in. */
export const endStates = ["COMPLETED", "FAILED", "CANCELLED", "DISCARDED"] as const;
export type EndState = (typeof endStates)[number];

/** Upper bounds of batches, in rows of one statement. */
const BATCH_BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 350, 500];
/** Upper bounds of steps, in seconds: some compute, some call, some wait for days. */
const STEP_BOUNDS = [0.0001, 0.001, 0.01, 0.1, 1, 10, 60, 600, 3_600, 86_400];

const HIGHEST_STATUS = 599;

/** A name as figures show it: `NOT_FOUND` is `not-found`. */
export const shownName = (name: string) => name.toLowerCase().replaceAll("_", "-");

const recordOf = <Key extends string, Value>(keys: readonly Key[], make: () => Value) =>
  Object.fromEntries(keys.map((key) => [key, make()])) as Record<Key, Value>;

function createTallies() {
  const stepTypes = Object.keys(stepDefinitions) as StepType[];
  return {
    /** Requests to webhook URLs, by how they ended and then by HTTP status; 0 is for those that got no answer. */
    requests: recordOf(outcomes, () => new Float64Array(HIGHEST_STATUS + 1)),
    acceptSeconds: new Distribution(LATENCY_BOUNDS),
    syncAnswerSeconds: new Distribution(LATENCY_BOUNDS),
    receiptsUnrecorded: new Count(),
    /** Requests that were turned away unread because the database could not keep up. */
    turnedAway: new Count(),
    acceptBatch: new Distribution(BATCH_BOUNDS),
    cacheHits: new Count(),
    cacheMisses: new Count(),
    ended: recordOf(endStates, () => new Count()),
    claims: new Count(),
    claimedJobs: new Count(),
    rescuedJobs: new Count(),
    settleBatch: new Distribution(BATCH_BOUNDS),
    stepSeconds: recordOf(stepTypes, () => new Distribution(STEP_BOUNDS)),
  };
}

export type Tallies = ReturnType<typeof createTallies>;

/** The process's own code and Next's bundles are loaded apart; they share this place. */
const shared = globalThis as typeof globalThis & { spokeTallies?: Tallies };
shared.spokeTallies ??= createTallies();

/** What this process has done since its start. */
export const tallies: Tallies = shared.spokeTallies;

/** Counts a request to a webhook URL that was answered, or got no answer (`status` 0). */
export function countRequest(outcome: ReceiptOutcome, status: number): void {
  tallies.requests[outcome][status]!++;
}

/** Counts a transaction when the state that it got is one that transactions end in. */
export function countEnd(state: string): void {
  if (Object.hasOwn(tallies.ended, state)) tallies.ended[state as EndState].value++;
}

/** Counts how long a step took, from its beginning to its end, waits and retries included; of unknown types nothing. */
export function countStep(type: string, durationMs: number): void {
  if (!Object.hasOwn(tallies.stepSeconds, type)) return;
  tallies.stepSeconds[type as StepType].observe(Math.max(durationMs, 0) / 1_000);
}
