"use client";

import { HoldDialog } from "@/components/holds/hold-button";
import { useToast } from "@/components/ui/toast";
import { useCreateCycle, useRenameCycle } from "@/lib/client/cycle-list";
import type { CycleView } from "@/lib/contracts/cycles";
import { DeleteCycleDialog } from "./delete-cycle-dialog";
import { ImportDialog } from "./import-dialog";
import { NameDialog } from "./name-dialog";
import { StartRefusedDialog } from "./start-refused-dialog";
import type { CycleDialog } from "./use-cycle-commands";

export type CycleDialogsProps = {
  accountId: string;
  dialog: CycleDialog | undefined;
  onCloseDialog: () => void;
  making: "new" | "import" | undefined;
  onCloseMaking: () => void;
  /** A cycle was made, empty or from a file. */
  onMade: (cycle: CycleView) => void;
};

/** The dialogs of the list of cycles, of which one at most is open. */
export function CycleDialogs({ accountId, dialog, onCloseDialog, making, onCloseMaking, onMade }: CycleDialogsProps) {
  const toast = useToast();
  const create = useCreateCycle();
  const rename = useRenameCycle();
  return (
    <>
      {making === "new" && (
        <NameDialog
          open
          onOpenChange={onCloseMaking}
          title="New cycle"
          submitLabel="Create and open"
          onSubmit={async (name) => onMade(await create.mutateAsync(name))}
        />
      )}
      <ImportDialog open={making === "import"} onOpenChange={onCloseMaking} onImported={onMade} />
      {dialog?.kind === "rename" && (
        <NameDialog
          open
          onOpenChange={onCloseDialog}
          title={`Rename “${dialog.cycle.name}”`}
          submitLabel="Rename"
          name={dialog.cycle.name}
          onSubmit={(name) => rename.mutateAsync({ id: dialog.cycle.id, name })}
        />
      )}
      {dialog?.kind === "hold" && (
        <HoldDialog
          target={{ accountId, cycleId: dialog.cycle.id, stepId: null }}
          what={`“${dialog.cycle.name}”`}
          open
          onOpenChange={onCloseDialog}
        />
      )}
      {dialog?.kind === "delete" && (
        <DeleteCycleDialog
          cycle={dialog.cycle}
          onClose={onCloseDialog}
          onDeleted={() => toast({ title: `Deleted “${dialog.cycle.name}”` })}
        />
      )}
      {dialog?.kind === "refused" && (
        <StartRefusedDialog
          accountId={accountId}
          cycle={dialog.cycle}
          problems={dialog.problems}
          onClose={onCloseDialog}
        />
      )}
    </>
  );
}
