"use client";
import { LayoutGrid, Maximize, Minus, Plus } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { useBuilder } from "./builder-context";

/** Zoom, fit and arrange, at the lower left of the canvas. */
export function CanvasControls() {
  const { commands, readOnly } = useBuilder();
  return (
    <div role="toolbar" aria-label="View" className="flex rounded-md border bg-surface p-0.5">
      <IconButton icon={Minus} label="Zoom out" size="sm" tooltipSide="top" onClick={() => commands.zoom("out")} />
      <IconButton icon={Plus} label="Zoom in" size="sm" tooltipSide="top" onClick={() => commands.zoom("in")} />
      <IconButton
        icon={Maximize}
        label="Show all"
        keys={["F"]}
        size="sm"
        tooltipSide="top"
        onClick={() => commands.fit()}
      />
      {!readOnly && (
        <IconButton
          icon={LayoutGrid}
          label="Arrange the steps"
          keys={["L"]}
          size="sm"
          tooltipSide="top"
          onClick={commands.arrange}
        />
      )}
    </div>
  );
}
