"use client";
import { Maximize2, Play } from "lucide-react";
import dynamic from "next/dynamic";
import { type ReactNode, useId, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Dialog } from "@/components/ui/dialog";
import { FieldError } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { Skeleton } from "@/components/ui/skeleton";
import type { ScriptUse, Settings } from "@/lib/steps/types";
import { useFieldScope } from "../field-scope";
import type { EditorHandle } from "./code-editor";
import type { CodeError } from "./error-marks";
import { InsertField } from "./insert-field";
import { InsertMenu } from "./insert-menu";
import { useScriptScope } from "./script-scope";
import { ScriptStatus } from "./script-status";
import { templatesFor } from "./script-templates";
import { TryPanel } from "./try-panel";
import { useScriptCheck } from "./use-script-check";
import { useTrial } from "./use-trial";

/** The editor is a program of its own: pages without it don't load it. */
const CodeEditor = dynamic(() => import("./code-editor").then((module) => module.CodeEditor), {
  ssr: false,
  loading: () => <Skeleton className="m-2 h-4 w-2/3" />,
});

const bodyOfStep = { form: "step" } as const;

const NO_SETTINGS: Settings = {};

export type ScriptFieldProps = {
  /** What the code is. */
  use?: ScriptUse;
  label: ReactNode;
  hint?: string;
  value: string;
  /** Of its step: what they say of the data of events. */
  settings?: Settings;
  placeholder?: string;
  problem?: string;
  onChange: (value: string) => void;
};

/** A script: its code with what is known of it, functions to begin with, a larger view, and *Try it*. */
export function ScriptField(props: ScriptFieldProps) {
  const { use = bodyOfStep, label, hint, value, settings = NO_SETTINGS, placeholder, problem, onChange } = props;
  const isExpression = use.form === "expression";
  const id = useId();
  const { readOnly } = useFieldScope();
  const scope = useScriptScope(use, settings);
  const checked = useScriptCheck(use.form, value, { skip: readOnly });
  const trial = useTrial({ use, code: value, declared: checked.check?.events, values: scope.values });
  const editor = useRef<EditorHandle>(null);
  /** What was chosen while the editor was still being loaded. */
  const chosen = useRef<((editor: EditorHandle) => void) | null>(null);
  const memory = useRef<unknown>(null);
  const [large, setLarge] = useState(false);
  const inEditor = (act: (editor: EditorHandle) => void) => {
    if (editor.current) act(editor.current);
    else chosen.current = act;
  };
  const openLarge = () => {
    // A dialog gives the focus to its first field as it opens: the code gets it right after that.
    chosen.current = (handle) => requestAnimationFrame(handle.focus);
    setLarge(true);
  };
  const goTo = (error: CodeError) => inEditor((handle) => handle.goTo(error));
  const insert =
    !readOnly &&
    (use.form === "events" ? (
      <InsertMenu
        templates={templatesFor(use)}
        code={value}
        onInsert={(text) => inEditor((handle) => handle.append(text))}
      />
    ) : (
      <InsertField
        onInsert={(text) => inEditor((handle) => handle.insert(text))}
        onClosed={() => requestAnimationFrame(() => editor.current?.focus())}
      />
    ));

  const code = (
    <div className={cx("flex min-h-0 min-w-0 flex-col gap-1.5", large && "flex-1")}>
      <div
        className={cx(
          "flex flex-col overflow-hidden rounded-md border border-edge bg-surface focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-focus",
          large ? "min-h-60 flex-1" : isExpression ? "h-20" : "h-64",
          problem && "border-failed-line",
        )}
      >
        <CodeEditor
          value={value}
          onChange={onChange}
          onTry={readOnly ? undefined : trial.run}
          readOnly={readOnly}
          placeholder={placeholder}
          labelledBy={`${id}-label`}
          describedBy={`${id}-hint`}
          scope={scope}
          error={checked.error}
          handle={editor}
          onReady={() => {
            if (editor.current) chosen.current?.(editor.current);
            chosen.current = null;
          }}
          memory={memory}
          className="flex-1"
        />
      </div>
      <p id={`${id}-hint`} className="text-xs text-muted">
        {readOnly
          ? "It can be read, not changed."
          : "Ctrl Space lists the names you can use, Ctrl Enter tries it. Escape, then Tab leaves the editor."}
      </p>
      {!readOnly && value.trim() !== "" && <ScriptStatus use={use} checked={checked} onGoTo={goTo} />}
      <FieldError>{problem}</FieldError>
    </div>
  );

  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend
        id={`${id}-label`}
        // Scripts of events have a section of their own, whose heading says the same; expressions stand below their mapping.
        className={use.form === "step" ? "mb-1 text-sm font-medium" : "sr-only"}
      >
        {label}
      </legend>
      {hint && <p className="-mt-1 text-sm text-muted">{hint}</p>}
      <div className="flex items-center justify-between gap-2">
        {insert || <span />}
        <IconButton icon={Maximize2} label="Open in a larger view" onClick={openLarge} />
      </div>
      {large ? <p className="text-sm text-muted">The code is open in the larger view.</p> : code}
      {!readOnly && !trial.isOpen && (
        <Button size="sm" icon={Play} className="self-start" onClick={trial.open}>
          Try it
        </Button>
      )}
      {!readOnly && !large && trial.isOpen && <TryPanel use={use} trial={trial} onGoTo={goTo} />}
      <Dialog open={large} onOpenChange={setLarge} size="full" title={label}>
        <div className="flex min-h-full flex-col gap-4 lg:h-full lg:flex-row">
          <div className="flex min-h-0 min-w-0 flex-1 flex-col gap-2">
            <div>{insert}</div>
            {large && code}
          </div>
          {!readOnly && (
            <div className="w-full shrink-0 lg:w-105 lg:overflow-y-auto lg:scroll-thin">
              <TryPanel use={use} trial={trial} onGoTo={goTo} />
            </div>
          )}
        </div>
      </Dialog>
    </fieldset>
  );
}
