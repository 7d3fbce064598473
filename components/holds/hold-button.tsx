"use client";

import { CirclePause } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useToast } from "@/components/ui/toast";
import { type HoldTarget, isOwnHold, useBeginHold, useHoldsOn } from "@/lib/client/holds";
import { useMayChange } from "@/lib/client/me";

export type HoldDialogProps = {
  target: HoldTarget;
  /** What is held, in a sentence: "this cycle". */
  what: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** Asks before a target is held. */
export function HoldDialog({ target, what, open, onOpenChange }: HoldDialogProps) {
  const begin = useBeginHold();
  const toast = useToast();
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Hold ${what}`}
      consequences="Requests go on being accepted and stored, and none of them begins until you drain or discard what is held. Transactions in progress go on to their end. Callers of synchronous webhooks get 202 with a status URL."
      confirmLabel="Hold"
      tone="primary"
      onConfirm={async () => {
        await begin.mutateAsync(target);
        toast({ title: "On hold", description: "Requests are accepted, and none begins." });
      }}
    />
  );
}

/** Holds a target after asking. Nothing for those who may only look, and while it is on hold and not being drained. */
export function HoldButton({ target, what, size }: Pick<HoldDialogProps, "target" | "what"> & { size?: "sm" }) {
  const [asking, setAsking] = useState(false);
  const mayChange = useMayChange();
  const own = useHoldsOn(target).find((hold) => isOwnHold(hold, target));
  if (!mayChange) return null;
  return (
    <>
      {(!own || own.draining) && (
        <Button icon={CirclePause} size={size} onClick={() => setAsking(true)}>
          Hold
        </Button>
      )}
      <HoldDialog target={target} what={what} open={asking} onOpenChange={setAsking} />
    </>
  );
}
