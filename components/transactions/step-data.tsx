"use client";

import { CodeBlock } from "@/components/ui/code-block";
import { JsonView } from "@/components/ui/json-view";
import { Tabs } from "@/components/ui/tabs";
import { AttemptList } from "./attempt-list";
import type { TransactionStep } from "./step-item";

/** What a step got, gave and failed with, each on a tab of its own. */
export function StepData({ step }: { step: TransactionStep }) {
  const { input, output, error, attempts, warning, console } = step;
  const tabs = [
    ...(error || warning
      ? [{ value: "error", label: error ? "Error" : "Warning", content: <StepTrouble step={step} /> }]
      : []),
    { value: "input", label: "Input", content: <JsonView label="Input" value={input} /> },
    { value: "output", label: "Output", content: <JsonView label="Output" value={output} /> },
    ...(attempts && attempts.length > 0
      ? [{ value: "attempts", label: "Attempts", count: attempts.length, content: <AttemptList attempts={attempts} /> }]
      : []),
    ...(console ? [{ value: "console", label: "Console", content: <StepConsole lines={console} /> }] : []),
  ];
  const shown = error ? "error" : output === undefined && input !== undefined ? "input" : "output";
  return <Tabs label={`Data of ${step.stepName}`} tabs={tabs} defaultValue={shown} panelClassName="pt-3" />;
}

function StepConsole({ lines }: { lines: NonNullable<TransactionStep["console"]> }) {
  return <CodeBlock label="Console" code={lines.map(({ text }) => text).join("\n")} wrap />;
}

function StepTrouble({ step: { error, warning } }: { step: TransactionStep }) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-col gap-2 rounded-md border bg-surface px-3 py-2 break-words">
        {error && <p>{error.message}</p>}
        {error && (
          <p className="text-sm text-muted">
            Code <code className="font-mono">{error.code}</code>
          </p>
        )}
        {warning && <p>{warning}</p>}
      </div>
      {error?.detail && (
        <CodeBlock
          label={error.code.startsWith("script_") ? "Calls in the script, innermost first" : "What came back"}
          code={error.detail}
          wrap
        />
      )}
    </div>
  );
}
