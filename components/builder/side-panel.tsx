"use client";
import { X } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Sheet } from "@/components/ui/sheet";
import { useBuilder } from "./builder-context";
import { ConflictPanel } from "./conflict-panel";
import { CyclePanel } from "./cycle-panel";
import { selectedId, selectedIds } from "./draft";
import { ProblemsPanel } from "./problems-panel";
import { SelectionPanel } from "./selection-panel";
import { StepPanel } from "./step-panel";
import { useStored } from "./store";
import { useNarrow } from "./use-narrow";
import { VersionsPanel } from "./versions-panel";

const titles = {
  cycle: "Settings and variables",
  problems: "Check list",
  versions: "Versions",
  conflict: "Changed by someone else",
};

/** What stands at the right: Step Setup of the selected step, or a panel about the whole cycle. */
export function SidePanel() {
  const { ui, shown, saver, commands } = useBuilder();
  const side = useStored(ui, (state) => state.side);
  const stepId = useStored(shown.store, selectedId);
  const many = useStored(shown.store, (state) => selectedIds(state).length);
  const conflict = useStored(saver.state, (state) => state.kind === "conflict");
  const narrow = useNarrow();

  useEffect(() => {
    if (conflict) ui.set({ ...ui.get(), side: "conflict" });
    else if (ui.get().side === "conflict") ui.set({ ...ui.get(), side: null });
  }, [conflict, ui]);

  const close = () => (side ? commands.setUi({ side: null }) : commands.clearSelection());
  if (side) {
    return (
      <Frame title={titles[side]} narrow={narrow} onClose={close}>
        {side === "cycle" && <CyclePanel />}
        {side === "problems" && <ProblemsPanel />}
        {side === "versions" && <VersionsPanel />}
        {side === "conflict" && <ConflictPanel />}
      </Frame>
    );
  }
  if (stepId !== undefined) {
    if (!narrow) return <StepPanel key={stepId} stepId={stepId} onClose={close} />;
    return (
      <Sheet open onOpenChange={(open) => !open && close()} title="Step Setup">
        <div className="-m-4 flex h-[calc(100%+2rem)] flex-col">
          <StepPanel key={stepId} stepId={stepId} inSheet onClose={close} />
        </div>
      </Sheet>
    );
  }
  if (many > 1 && !narrow) {
    return (
      <Frame title={`${many} steps selected`} narrow={false} onClose={close}>
        <SelectionPanel />
      </Frame>
    );
  }
  return null;
}

type FrameProps = { title: string; narrow: boolean; onClose: () => void; children: ReactNode };

function Frame({ title, narrow, onClose, children }: FrameProps) {
  if (narrow) {
    return (
      <Sheet open onOpenChange={(open) => !open && onClose()} title={title}>
        {children}
      </Sheet>
    );
  }
  return (
    <aside aria-label={title} className="flex w-100 shrink-0 flex-col border-l bg-surface 2xl:w-110">
      <header className="flex h-12 shrink-0 items-center gap-2 border-b pr-2 pl-4">
        <h2 className="min-w-0 flex-1 truncate font-semibold">{title}</h2>
        <IconButton icon={X} label="Close" onClick={onClose} />
      </header>
      <div className="relative min-h-0 flex-1 overflow-y-auto p-4 scroll-thin">{children}</div>
    </aside>
  );
}
