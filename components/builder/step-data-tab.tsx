"use client";
import { useQuery } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import { StepData } from "@/components/transactions/step-data";
import { EmptyState } from "@/components/ui/empty-state";
import { JsonView } from "@/components/ui/json-view";
import { Duration } from "@/components/ui/measures";
import { TimeAgo } from "@/components/ui/time-ago";
import { useAccount } from "@/lib/client/account";
import { samplesQuery } from "@/lib/client/samples";
import { transactionQuery } from "@/lib/client/transactions";
import { useBuilder } from "./builder-context";
import { useStored } from "./store";

const waitWords = { delay: "Waits until", retry: "Is tried again", hold: "Waits for a request" };

/** The data of a step: in the transaction on the canvas, in the chosen one, or the newest sample. */
export function StepDataTab({ stepId }: { stepId: string }) {
  const { view, run, sample } = useBuilder();
  const drawn = useStored(run, (now) => now);
  const chosen = useStored(sample, (id) => id);
  if (view.kind === "run") {
    const wait = drawn?.waiting.get(stepId);
    return (
      <>
        {wait && (
          <p className="mb-3">
            {waitWords[wait.reason]} {wait.until && <TimeAgo date={wait.until} absolute />}
          </p>
        )}
        <RecordOf record={drawn?.transaction.steps.findLast((record) => record.stepId === stepId)} />
      </>
    );
  }
  return chosen === null ? <NewestSample stepId={stepId} /> : <DataOfTransaction id={chosen} stepId={stepId} />;
}

function DataOfTransaction({ id, stepId }: { id: string; stepId: string }) {
  const { data: transaction } = useQuery(transactionQuery(useAccount(), id));
  if (!transaction) return null;
  return <RecordOf record={transaction.steps.findLast((record) => record.stepId === stepId)} />;
}

function RecordOf({ record }: { record: Parameters<typeof StepData>[0]["step"] | undefined }) {
  if (!record) {
    return (
      <EmptyState as="h3" icon={Inbox} title="Not reached">
        This transaction did not come through this step.
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <p className="flex items-center gap-2 text-sm text-muted">
        <TimeAgo date={record.startedAt} /> <Duration ms={record.durationMs} />
        {record.exit && record.exit !== "next" && <span>left by {record.exit}</span>}
      </p>
      <StepData key={record.stepId} step={record} />
    </div>
  );
}

function NewestSample({ stepId }: { stepId: string }) {
  const { cycleId } = useBuilder();
  const { data } = useQuery(samplesQuery(useAccount(), cycleId, undefined));
  const entry = data?.entries.find((known) => known.stepId === stepId);
  if (!data) return null;
  if (!entry) {
    return (
      <EmptyState as="h3" icon={Inbox} title="No data yet">
        Start the cycle and send it a request. What this step gives then stands here.
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm text-muted">
        {entry.source === "pasted" && "Pasted "}
        {entry.source === "request" && "From the last request, "}
        {entry.source === "transaction" && "From the newest transaction, "}
        {entry.source === "schema" && "An example: no request has come yet."}
        {entry.at && <TimeAgo date={entry.at} />}
      </p>
      <JsonView label="Output" value={entry.data} />
    </div>
  );
}
