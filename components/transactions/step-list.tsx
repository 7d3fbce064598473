"use client";

import { LoaderCircle } from "lucide-react";
import { Fragment } from "react";
import { hasEnded } from "@/lib/client/transactions";
import type { TransactionView } from "@/lib/contracts/transactions";
import { ContinuationItem } from "./continuation-item";
import { StepItem } from "./step-item";
import { WaitItem } from "./wait-item";

/** What each step did, in the order in which they ran, then what is waited for. */
export function StepList({ transaction }: { transaction: TransactionView }) {
  const { steps, leftOutAt, waits, state, continuations } = transaction;
  const running = !hasEnded(state) && waits.length === 0;
  const [first] = steps;
  const isLeftOut = leftOutAt !== null;
  return (
    <section aria-labelledby="steps-title" className="flex min-w-0 flex-col gap-2">
      <h2 id="steps-title" className="font-semibold">
        Steps
      </h2>
      <ol className="divide-y rounded-md border bg-surface">
        {steps.map((step, index) => (
          <Fragment key={`${step.stepId} ${step.visit}`}>
            {index === leftOutAt && (
              <li className="px-3 py-2 text-muted">
                The steps between are left out: the page shows how the transaction began, and its newest continuations.
              </li>
            )}
            <ContinuationItem continuation={continuations.find(({ number }) => number === step.continuation)} />
            <StepItem
              number={isLeftOut && index >= leftOutAt ? undefined : index + 1}
              step={step}
              receipt={step === first && transaction.replayOf === null ? transaction.receipt : null}
            />
          </Fragment>
        ))}
        {continuations
          .filter((continuation) => continuation.state !== "taken")
          .map((continuation) => (
            <ContinuationItem key={continuation.number} continuation={continuation} />
          ))}
        {waits.map((wait, index) => (
          <WaitItem
            key={`${wait.stepId} ${wait.visit}`}
            number={isLeftOut ? undefined : steps.length + index + 1}
            wait={wait}
          />
        ))}
        {running && (
          <li className="flex min-h-10 items-center gap-2 px-3 py-2 text-muted">
            <LoaderCircle aria-hidden className="size-4 animate-spin" />
            {state === "queued" ? "Queued: it starts when a worker is free and the cycle runs" : "Running"}
          </li>
        )}
        {!running && steps.length + waits.length === 0 && (
          <li className="px-3 py-2 text-muted">No step ran before it ended.</li>
        )}
      </ol>
    </section>
  );
}
