"use client";
import { useQuery } from "@tanstack/react-query";
import { Redo2, Undo2 } from "lucide-react";
import { CycleStateBadge, QueuedNote } from "@/components/cycles/cycle-state-badge";
import { HoldButton } from "@/components/holds/hold-button";
import { IconButton } from "@/components/ui/icon-button";
import { useAccount } from "@/lib/client/account";
import { cycleQuery } from "@/lib/client/cycles";
import { useBuilder } from "./builder-context";
import { CycleMenu } from "./cycle-menu";
import { CycleName } from "./cycle-name";
import { RunButtons } from "./run-buttons";
import { RunsMenu } from "./runs-menu";
import { SaveStatus } from "./save-status";
import { useStored } from "./store";

/** The bar above the canvas: what is drawn, whether it is saved, whether it runs, and the buttons for it. */
export function RunBar() {
  const { cycleId, canEdit, readOnly, commands, draft } = useBuilder();
  const account = useAccount();
  const { accountId } = account;
  const { data: cycle } = useQuery(cycleQuery(account, cycleId));
  const canUndo = useStored(draft.store, (state) => state.past.at(-1)?.label);
  const canRedo = useStored(draft.store, (state) => state.future.at(-1)?.label);
  if (!cycle) return null;
  return (
    <section
      aria-label="Cycle"
      className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b bg-surface px-3 py-1.5"
    >
      <div className="flex min-w-0 items-center gap-2">
        <CycleName cycle={cycle} canEdit={canEdit} />
        <SaveStatus cycle={cycle} />
      </div>
      {!readOnly && (
        <div className="flex gap-0.5">
          <IconButton
            icon={Undo2}
            label={canUndo ? `Undo: ${canUndo}` : "Undo"}
            keys={["Ctrl", "Z"]}
            aria-disabled={canUndo === undefined}
            onClick={commands.undo}
          />
          <IconButton
            icon={Redo2}
            label={canRedo ? `Redo: ${canRedo}` : "Redo"}
            keys={["Ctrl", "Shift", "Z"]}
            aria-disabled={canRedo === undefined}
            onClick={commands.redo}
          />
        </div>
      )}
      <span className="flex-1" />
      <div className="flex flex-wrap items-center gap-2">
        <span className="flex items-center gap-2 text-sm text-muted">
          <CycleStateBadge cycle={cycle} />
          {cycle.publishedVersion !== null && <span>v{cycle.publishedVersion}</span>}
          <QueuedNote cycle={cycle} />
        </span>
        {canEdit && <HoldButton target={{ accountId: accountId ?? "", cycleId, stepId: null }} what="this cycle" />}
        {canEdit && <RunButtons cycle={cycle} />}
        <RunsMenu />
        <CycleMenu cycle={cycle} />
      </div>
    </section>
  );
}
