"use client";

import { Ban } from "lucide-react";
import { useState } from "react";
import { Button, type ButtonProps } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useToast } from "@/components/ui/toast";
import { useCancel } from "@/lib/client/transactions";

/** Cancels a transaction that has not ended, after asking. */
export function CancelButton({ transactionId, size }: { transactionId: string; size?: ButtonProps["size"] }) {
  const [asking, setAsking] = useState(false);
  const cancel = useCancel();
  const toast = useToast();
  return (
    <>
      <Button icon={Ban} size={size} onClick={() => setAsking(true)}>
        Cancel
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Cancel this transaction"
        consequences="A call that is under way is broken off, and no further step runs. What its steps have done outside stays done."
        confirmLabel="Cancel transaction"
        dismissLabel="Let it run"
        onConfirm={async () => {
          await cancel.mutateAsync(transactionId);
          toast({ title: "Asked to cancel", description: "It ends at the next step boundary." });
        }}
      />
    </>
  );
}
