import { StepError } from "@/lib/core/errors";
import type { Graph } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import { field } from "@/lib/core/testing";
import type { StepRecord, Wait } from "@/lib/core/transaction";
import type { OutsideResponse } from "@/lib/steps/types";
import { compileVersion } from "./compile";
import { TransactionRun } from "./transaction-run";

/** When runs of `startRun` begin. */
export const START = Date.parse("2026-03-01T12:00:00Z");

export const trigger = { id: "trigger", type: "webhook" };
/** A step that gives a text as its `value`. */
export const set = (id: string, text: string) => ({
  id,
  type: "set-fields",
  settings: { fields: [field("value", text)] },
});
/** A step that calls outside, and is not tried again unless that is said. */
export const call = (id: string, onError: object = {}) => ({
  id,
  type: "http-request",
  settings: { url: `https://x/${id}` },
  onError: { retries: 0, ...onError },
});
/** A step that waits so many seconds. */
export const delay = (id: string, amount: number) => ({ id, type: "delay", settings: { amount, unit: "seconds" } });

type Stored = { steps?: readonly StepRecord[]; waits?: readonly Wait[]; responded?: boolean };

/** A run whose clock stands still until `clock.ms` is moved. */
export function startRun(
  graph: Graph,
  body: Json = {},
  { steps = [], waits = [], responded = false }: Stored = {},
  clock = { ms: START },
) {
  const run = new TransactionRun(
    {
      version: compileVersion(graph, "trigger")!,
      input: { body, query: {}, headers: {} },
      steps,
      waits,
      responded,
      now: clock.ms,
      secret: () => undefined,
    },
    { now: () => clock.ms, random: () => 0.5 },
  );
  return { run, clock };
}

/** What a call is answered. */
export const ok = (body: Json = null): OutsideResponse => ({ status: 200, headers: [], body, sizeBytes: 0 });
/** Why a call failed that can be tried again. */
export const refused = () => new StepError("request_failed", "x refuses connections.");
/** The ids of the steps that have ended. */
export const ran = (run: TransactionRun) => run.records.map((record) => record.stepId).join(" ");
