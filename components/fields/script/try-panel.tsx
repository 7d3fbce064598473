"use client";
import { Play } from "lucide-react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { SkeletonLines } from "@/components/ui/skeleton";
import { Textarea } from "@/components/ui/textarea";
import type { ScriptErrorView } from "@/lib/contracts/scripts";
import type { ScriptEvent } from "@/lib/script/job";
import type { ScriptUse } from "@/lib/steps/types";
import { useFieldScope } from "../field-scope";
import { ReceiptChoice } from "./receipt-choice";
import { TryResult } from "./try-result";
import type { Trial } from "./use-trial";

export type TryPanelProps = { use: ScriptUse; trial: Trial; onGoTo: (error: ScriptErrorView) => void };

/** Runs the code as it stands on chosen data, and shows what came of it. Nothing is kept, and nothing is called. */
export function TryPanel({ use, trial, onGoTo }: TryPanelProps) {
  const { isRunning, result, error } = trial;
  return (
    <section aria-label="Try it" className="flex min-w-0 flex-col gap-3 rounded-md border bg-subtle p-3">
      <h4 className="text-sm font-semibold">Try it</h4>
      {use.form === "events" && (
        <Field label="Event">
          <Select
            value={trial.entry}
            options={use.events.map((event) => ({ value: event, label: event }))}
            onChange={(event) => trial.chooseEvent(event.target.value as ScriptEvent)}
          />
        </Field>
      )}
      <TrialData trial={trial} />
      <Button
        size="sm"
        variant="primary"
        icon={Play}
        loading={isRunning}
        disabled={trial.textProblem !== undefined || (trial.source === "request" && trial.receiptId === "")}
        onClick={trial.run}
        className="self-start"
      >
        Run
      </Button>
      {isRunning && !result && <SkeletonLines lines={3} />}
      {error && !isRunning && (
        <Banner tone="error" title="The script could not be tried">
          {error.message}
        </Banner>
      )}
      {result && !error && (
        <TryResult
          result={result}
          canChange={trial.entry !== "expression"}
          isOutdated={trial.isOutdated}
          onGoTo={onGoTo}
        />
      )}
      {!result && !error && !isRunning && (
        <p className="text-sm text-muted">
          What the script returns, writes and changes is shown here. Nothing of it is kept, and nothing is called.
        </p>
      )}
    </section>
  );
}

function TrialData({ trial }: { trial: Trial }) {
  const { step, sources } = useFieldScope();
  const known =
    trial.entry === "step" || trial.entry === "expression"
      ? sources.some(({ sample }) => sample !== undefined)
      : step.sample !== undefined;
  const options = [
    { value: "sample" as const, label: "Sample" },
    { value: "typed" as const, label: "Typed" },
    ...(step.receives && trial.entry !== "expression" ? [{ value: "request" as const, label: "Request" }] : []),
  ];
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-sm font-medium">Data</span>
        <Segmented
          label="Data to try it on"
          size="sm"
          value={trial.source}
          onValueChange={trial.chooseSource}
          options={options}
        />
      </div>
      {trial.source === "sample" && !known && (
        <p className="text-sm text-waiting-fg">
          There is no sample yet. The script gets empty data; type some instead.
        </p>
      )}
      {trial.source === "typed" && (
        <Field label="Data as JSON" error={trial.textProblem}>
          <Textarea
            mono
            rows={8}
            spellCheck={false}
            value={trial.text}
            onChange={(event) => trial.setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) trial.run();
            }}
          />
        </Field>
      )}
      {trial.source === "request" && <ReceiptChoice value={trial.receiptId} onChange={trial.chooseReceipt} />}
    </div>
  );
}
