import { BodyError } from "@/lib/core/bodies/body-error";
import { StepError } from "@/lib/core/errors";
import type { Json } from "@/lib/core/json";
import type { StepRecord, Wait } from "@/lib/core/transaction";
import type { LoadedTransaction } from "@/lib/queue/load";
import type { LoadedContinuation } from "@/lib/queue/load-continuations";
import { toStepData } from "@/lib/webhooks/step-data";
import type { PendingContinuation, RunClock, RunStart, RunSummary } from "./engine/run-start";
import { TransactionRun } from "./engine/transaction-run";
import type { PreparedTransaction } from "./versions";

const NO_BODY = Buffer.alloc(0);

/**
 * Takes a transaction up where it stands.
 *
 * @throws StepError when its version or its request can't be used any more
 */
export function beginRun(loaded: PreparedTransaction, clock: RunClock): TransactionRun {
  const next = loaded.continuations?.next;
  return new TransactionRun({ ...startOf(loaded), continuation: next && pendingOf(next) }, clock);
}

/** What a transaction's checkpoints have left. Throws as `beginRun` does. */
export function summaryOf(loaded: PreparedTransaction, clock: RunClock): RunSummary {
  return new TransactionRun({ ...startOf(loaded), waits: [] }, clock).summary;
}

function startOf(loaded: PreparedTransaction): RunStart {
  const { version, problem, secret, summary } = loaded;
  if (!version) {
    throw (
      problem ??
      new StepError(
        "bad_settings",
        "The version that this transaction began with can't be run: its first step is gone.",
      )
    );
  }
  return {
    version,
    input: inputOf(loaded),
    ...(summary !== null ? { summary: JSON.parse(summary) as RunSummary } : {}),
    steps: loaded.steps.flatMap((steps) => JSON.parse(steps) as StepRecord[]),
    waits: loaded.waits === null ? [] : (JSON.parse(loaded.waits) as Wait[]),
    responded: loaded.responded,
    now: loaded.now,
    secret,
  };
}

function pendingOf({ number, stepId, source, input, request }: LoadedContinuation): PendingContinuation {
  return { number, stepId, data: source === "TIMEOUT" ? undefined : inputOf({ input, request }) };
}

function inputOf({ input, request }: Pick<LoadedTransaction, "input" | "request">): Json {
  if (input !== null) return JSON.parse(input) as Json;
  if (!request) throw new StepError("bad_settings", "The request that this transaction began with is gone.");
  try {
    return toStepData({ ...request, body: request.body ?? NO_BODY });
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    throw new StepError("bad_settings", `The request that this transaction began with can't be read: ${error.reason}.`);
  }
}
