"use client";
import { Check, CircleAlert, LoaderCircle, TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import type { CycleView } from "@/lib/contracts/cycles";
import { useBuilder } from "./builder-context";
import { useStored } from "./store";

/** The draft's number and whether all of it is saved, in words. */
export function SaveStatus({ cycle }: { cycle: CycleView }) {
  const { saver, canEdit, view, commands } = useBuilder();
  const state = useStored(saver.state, (now) => now);
  if (!canEdit || view.kind !== "draft") return null;
  const label = cycle.unpublished || cycle.publishedVersion === null ? `Draft v${nextVersion(cycle)}` : "No changes";
  return (
    <div className="flex items-center gap-1.5 text-sm whitespace-nowrap text-muted">
      <span className="max-lg:sr-only">{label} ·</span>
      <span role="status" className="flex items-center gap-1">
        {state.kind === "saved" && (
          <>
            <Check aria-hidden className="size-3.5 text-ok-fg" />
            Saved
          </>
        )}
        {state.kind === "saving" && (
          <>
            <LoaderCircle aria-hidden className="size-3.5 animate-spin" />
            Saving
          </>
        )}
        {state.kind === "failed" && (
          <span title={state.reason} className="flex items-center gap-1 font-medium text-failed-fg">
            <CircleAlert aria-hidden className="size-3.5" />
            Not saved
            <span className="max-w-60 truncate font-normal">{state.reason}</span>
          </span>
        )}
        {state.kind === "conflict" && (
          <span className="flex items-center gap-1 font-medium text-waiting-fg">
            <TriangleAlert aria-hidden className="size-3.5" />
            Not saved
          </span>
        )}
      </span>
      {state.kind === "failed" && (
        <Button size="sm" onClick={() => void saver.flush()}>
          Retry
        </Button>
      )}
      {state.kind === "conflict" && (
        <Button size="sm" onClick={() => commands.setUi({ side: "conflict" })}>
          Compare
        </Button>
      )}
    </div>
  );
}

/** The number that the draft gets when it is published. */
export const nextVersion = (cycle: Pick<CycleView, "publishedVersion">): number => (cycle.publishedVersion ?? 0) + 1;
