"use client";
import { cx } from "@/components/ui/cx";
import type { StepData } from "@/lib/core/flow";
import { useBuilder } from "./builder-context";
import { useStored } from "./store";

/** Text on the canvas, as wide as a step and as high as it needs. */
export function NoteView({ id, data, selected }: { id: string; data: StepData; selected: boolean }) {
  const { ui } = useBuilder();
  const tabStop = useStored(ui, (state) => state.tabStop === id);
  const text = typeof data.settings.text === "string" ? data.settings.text : "";
  return (
    <div
      className={cx(
        "w-60 rounded-md border border-dashed bg-waiting-bg/60 text-sm transition-[border-color,box-shadow]",
        selected ? "border-accent shadow-[0_0_0_1px_var(--color-accent)]" : "border-waiting-line",
      )}
    >
      <button
        type="button"
        data-step={id}
        aria-pressed={selected}
        tabIndex={tabStop ? 0 : -1}
        onFocus={() => ui.get().tabStop !== id && ui.set({ ...ui.get(), tabStop: id })}
        className="block max-h-80 w-full cursor-[inherit]! overflow-hidden rounded-md p-2.5 text-left break-words whitespace-pre-wrap outline-offset-4"
      >
        <span className="sr-only">{data.name}: </span>
        {text.trim() === "" ? <span className="text-muted">Empty note</span> : text}
      </button>
    </div>
  );
}
