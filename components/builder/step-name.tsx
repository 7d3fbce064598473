"use client";
import { useState } from "react";
import { useBuilder } from "./builder-context";
import { updateStep } from "./edits";

/** The step's name, changed where it stands. References use its id, so that renaming breaks nothing. */
export function StepName({ stepId, name, typeLabel }: { stepId: string; name: string; typeLabel: string }) {
  const { commands, readOnly } = useBuilder();
  const [typed, setTyped] = useState<string>();
  if (readOnly) {
    return (
      <div className="min-w-0 flex-1">
        <h2 title={name} className="truncate font-semibold">
          {name}
        </h2>
        <p className="truncate text-xs text-muted">{typeLabel}</p>
      </div>
    );
  }
  const change = (text: string) => {
    setTyped(text);
    const next = text.trim();
    // A step always has a name: what is blank stays in the box alone.
    if (next !== "" && next !== name) {
      commands.edit(`Rename ${name}`, (content) => updateStep(content, stepId, { name: next }), `name:${stepId}`);
    }
  };
  return (
    <div className="min-w-0 flex-1">
      <h2 className="sr-only">{name}</h2>
      <input
        aria-label="Name of the step"
        title={name}
        value={typed !== undefined && typed.trim() === name ? typed : typed === "" ? "" : name}
        maxLength={120}
        spellCheck={false}
        onChange={(event) => change(event.target.value)}
        onBlur={() => setTyped(undefined)}
        onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        className="h-6 w-full truncate rounded-sm border border-transparent bg-transparent px-1 font-semibold hover:border-edge"
      />
      <p className="truncate px-1 text-xs text-muted">{typeLabel}</p>
    </div>
  );
}
