"use client";
import { Ban, CircleAlert, CircleCheck, CircleHelp } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { cx } from "@/components/ui/cx";
import { Duration } from "@/components/ui/measures";
import type { ScriptErrorView, ScriptTrialView } from "@/lib/contracts/scripts";
import type { Json } from "@/lib/core/json";
import { jsonChanges } from "@/lib/core/json-changes";
import { GoToLine } from "./script-status";
import { TryChanges } from "./try-changes";

export type TryResultProps = {
  result: ScriptTrialView;
  /** It may change its data; an expression is there for its value alone. */
  canChange: boolean;
  /** The code was changed, or another event chosen, since it ran. */
  isOutdated: boolean;
  onGoTo: (error: ScriptErrorView) => void;
};

/** What came of a try: what Spoke would do, what was returned, the changes, the console, the time. */
export function TryResult({ result, canChange, isOutdated, onGoTo }: TryResultProps) {
  const { declared, returned, error, cpuMs, before, after } = result;
  const changes = useMemo(() => jsonChanges(before as Json, after as Json), [before, after]);
  return (
    <div role="status" className="flex min-w-0 flex-col gap-3">
      <Effect result={result} />
      {isOutdated && (
        <p className="text-sm text-waiting-fg">This is of other code, or of another event. Run it again.</p>
      )}
      {error?.line && <GoToLine line={error.line} onGoTo={() => onGoTo(error)} />}
      {declared && !error && (
        <>
          <Part title="Returned">
            <Returned value={returned} />
          </Part>
          {canChange && (
            <Part title="Changes">
              <TryChanges changes={changes} />
            </Part>
          )}
        </>
      )}
      <ConsoleLines result={result} />
      {declared && (
        <p className="text-sm text-muted">
          Ran for <Duration ms={cpuMs} />
        </p>
      )}
    </div>
  );
}

/** Most characters of what was returned that are shown: a script may return 10 million, and a page can't show them all. */
const SHOWN_CHARS = 20_000;

function Returned({ value }: { value: Json | undefined }) {
  const text = useMemo(() => (value === undefined ? "nothing" : JSON.stringify(value, null, 2)), [value]);
  return (
    <>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="focus-inset max-h-40 overflow-y-auto font-mono text-sm break-words whitespace-pre-wrap scroll-thin"
      >
        {text.slice(0, SHOWN_CHARS)}
      </pre>
      {text.length > SHOWN_CHARS && (
        <p className="text-sm text-muted">
          The first {SHOWN_CHARS.toLocaleString("en")} of {text.length.toLocaleString("en")} characters.
        </p>
      )}
    </>
  );
}

function Effect({ result: { declared, stopped, error, effect } }: { result: ScriptTrialView }) {
  const [Icon, tone] = error
    ? [CircleAlert, "text-failed-fg"]
    : !declared
      ? [CircleHelp, "text-info-fg"]
      : stopped
        ? [Ban, "text-waiting-fg"]
        : [CircleCheck, "text-ok-fg"];
  return (
    <p className="flex items-start gap-1.5">
      <Icon aria-hidden className={cx("mt-0.5 size-4 shrink-0", tone)} />
      <span className="min-w-0 font-medium break-words">{effect}</span>
    </p>
  );
}

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <h5 className="text-xs font-medium text-muted">{title}</h5>
      {children}
    </div>
  );
}

const levelTones = {
  log: "text-fg",
  debug: "text-muted",
  info: "text-info-fg",
  warn: "text-waiting-fg",
  error: "text-failed-fg",
};

function ConsoleLines({ result: { console, consoleIsCut } }: { result: ScriptTrialView }) {
  if (console.length === 0) return null;
  return (
    <Part title="Console">
      <ol
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Console"
        className="focus-inset max-h-60 overflow-y-auto rounded-md border bg-surface font-mono text-sm scroll-thin"
      >
        {console.map(({ level, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no other identity
          <li key={index} className="flex gap-2 border-b px-2 py-1 last:border-b-0">
            <span className={cx("w-10 shrink-0 text-xs leading-5", levelTones[level])}>{level}</span>
            <span className="min-w-0 break-words whitespace-pre-wrap">{text}</span>
          </li>
        ))}
      </ol>
      {consoleIsCut && <p className="text-sm text-muted">There were more lines than are kept.</p>}
    </Part>
  );
}
