"use client";

import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useToast } from "@/components/ui/toast";
import { useDiscardHeld } from "@/lib/client/holds";
import type { HoldView } from "@/lib/contracts/incidents";
import { heldThing, transactions } from "./hold-name";

/** Asks for the number of held transactions before they are discarded: exactly those that it counted when it opened. */
export function DiscardDialog({ hold, onClose }: { hold: HoldView; onClose: () => void }) {
  const [{ held, throughSeq }] = useState(hold);
  const discard = useDiscardHeld(hold.id);
  const toast = useToast();
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Discard ${transactions(held)}`}
      consequences={`${heldThing(hold)} is on hold. What is held ends as discarded without having begun, and can be replayed as long as it is kept. What comes later stays on hold.`}
      confirmLabel={`Discard ${held.toLocaleString("en")}`}
      typeToConfirm={String(held)}
      onConfirm={async () => {
        if (throughSeq === null) throw new Error("Nothing is held any more.");
        await discard.mutateAsync({ held, throughSeq });
        toast({ title: `Discarding ${transactions(held)}` });
      }}
    />
  );
}
