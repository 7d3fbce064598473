import { BodyError } from "@/lib/core/bodies/body-error";
import { StepError } from "@/lib/core/errors";
import type { Json } from "@/lib/core/json";
import type { StepRecord, Wait } from "@/lib/core/transaction";
import type { LoadedTransaction } from "@/lib/queue/load";
import { toStepData } from "@/lib/webhooks/step-data";
import { type RunClock, TransactionRun } from "./engine/transaction-run";
import type { PreparedTransaction } from "./versions";

const NO_BODY = Buffer.alloc(0);

/**
 * Takes a transaction up where it stands.
 *
 * @throws StepError when its version or its request can't be used any more
 */
export function beginRun(loaded: PreparedTransaction, clock: RunClock): TransactionRun {
  const { version, secret } = loaded;
  if (!version) {
    throw new StepError(
      "bad_settings",
      "The version that this transaction began with can't be run: its first step is gone.",
    );
  }
  return new TransactionRun(
    {
      version,
      input: inputOf(loaded),
      steps: loaded.steps.flatMap((steps) => JSON.parse(steps) as StepRecord[]),
      waits: loaded.waits === null ? [] : (JSON.parse(loaded.waits) as Wait[]),
      responded: loaded.responded,
      now: loaded.now,
      secret,
    },
    clock,
  );
}

function inputOf({ input, request }: LoadedTransaction): Json {
  if (input !== null) return JSON.parse(input) as Json;
  if (!request) throw new StepError("bad_settings", "The request that this transaction began with is gone.");
  try {
    return toStepData({ ...request, body: request.body ?? NO_BODY });
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    throw new StepError("bad_settings", `The request that this transaction began with can't be read: ${error.reason}.`);
  }
}
