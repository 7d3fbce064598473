"use client";

import { ArrowUp, Pause, Play } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";

export type LiveControlProps = {
  /** New rows are coming in. */
  live: boolean;
  /** The last fetch failed, so what is in sight may be old. */
  failing: boolean;
  paused: boolean;
  onPausedChange: (paused: boolean) => void;
  /** Goes back to the newest rows, after which new ones come in again. */
  onNewest: () => void;
};

/** Pauses a list that renews itself, and says when it waits because older rows are being read. */
export function LiveControl({ live, failing, paused, onPausedChange, onNewest }: LiveControlProps) {
  const word = paused ? "Paused" : !live ? "Paused while older ones are in sight" : failing ? "Out of date" : "Live";
  return (
    <div className="flex items-center gap-2">
      <p role="status" className="flex items-center gap-1.5 text-sm text-muted">
        <span
          aria-hidden
          className={cx("size-2 rounded-full", live && !failing ? "bg-ok-line" : "border border-edge")}
        />
        {word}
      </p>
      {live || paused ? (
        <Button size="sm" icon={paused ? Play : Pause} onClick={() => onPausedChange(!paused)}>
          {paused ? "Resume" : "Pause"}
        </Button>
      ) : (
        <Button size="sm" icon={ArrowUp} onClick={onNewest}>
          Newest
        </Button>
      )}
    </div>
  );
}
