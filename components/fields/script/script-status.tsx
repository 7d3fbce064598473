"use client";
import { CircleAlert, CircleCheck, CircleHelp, LoaderCircle, WifiOff } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import type { ScriptErrorView } from "@/lib/contracts/scripts";
import type { ScriptUse } from "@/lib/steps/types";
import type { CheckedScript } from "./use-script-check";

export type ScriptStatusProps = { use: ScriptUse; checked: CheckedScript; onGoTo: (error: ScriptErrorView) => void };

/** What is known of the code: its mistake with its line, and which functions of events it declares. */
export function ScriptStatus({ use, checked, onGoTo }: ScriptStatusProps) {
  const { check, error, isChecking, failure } = checked;
  return (
    <div className="flex min-h-6 flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <span role="status" className="contents">
        {error ? (
          <ErrorLine error={error} onGoTo={onGoTo} />
        ) : failure ? (
          <Line icon={WifiOff} tone="text-waiting-fg" text={`Not checked: ${failure}`} />
        ) : error === null && check ? (
          <Line icon={CircleCheck} tone="text-ok-fg" text="No syntax mistake found" />
        ) : (
          isChecking && <Line icon={LoaderCircle} tone="text-muted" text="Checking" />
        )}
      </span>
      {use.form === "events" && check && <EventChips use={use} check={check} />}
    </div>
  );
}

function Line({ icon: Icon, tone, text }: { icon: typeof CircleCheck; tone: string; text: string }) {
  return (
    <span className={cx("flex items-start gap-1.5 text-sm", tone)}>
      <Icon aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      {text}
    </span>
  );
}

/** A mistake in words, with a button that leads to its line. */
function ErrorLine({ error, onGoTo }: { error: ScriptErrorView; onGoTo: (error: ScriptErrorView) => void }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <Line
        icon={CircleAlert}
        tone="text-failed-fg"
        text={error.line === null ? error.message : `Line ${error.line}: ${error.message}`}
      />
      {error.line !== null && <GoToLine line={error.line} onGoTo={() => onGoTo(error)} />}
    </span>
  );
}

/** A button that leads to a line of the code. */
export function GoToLine({ line, onGoTo }: { line: number; onGoTo: () => void }) {
  return (
    <Button size="sm" variant="ghost" className="-ml-2 self-start" onClick={onGoTo}>
      Go to line {line}
    </Button>
  );
}

function EventChips({
  use,
  check,
}: {
  use: ScriptUse & { form: "events" };
  check: NonNullable<CheckedScript["check"]>;
}) {
  if (check.error === null && check.events.length === 0) {
    return (
      <Line
        icon={CircleHelp}
        tone="text-waiting-fg"
        text={`Nothing will run: declare ${use.events.map((name) => `${name}()`).join(" or ")}.`}
      />
    );
  }
  return (
    <ul aria-label="Functions of events" className="flex flex-wrap gap-1">
      {check.events.map((event) => {
        const runs = use.events.includes(event);
        return (
          <li key={event}>
            <Badge tone={runs ? "info" : "waiting"} icon={runs ? undefined : CircleAlert}>
              {runs ? event : `${event}: this step has no such event`}
            </Badge>
          </li>
        );
      })}
    </ul>
  );
}
