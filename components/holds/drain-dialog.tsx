"use client";

import { useState } from "react";
import { FormDialog } from "@/components/providers/form-dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useDrainHold } from "@/lib/client/holds";
import { DrainHoldInput, type HoldView } from "@/lib/contracts/incidents";
import { heldThing, transactions } from "./hold-name";

/** Asks how fast what is held shall begin. */
export function DrainDialog({ hold, onClose }: { hold: HoldView; onClose: () => void }) {
  const [rate, setRate] = useState(hold.draining?.perSecond ? String(hold.draining.perSecond) : "");
  const drain = useDrainHold(hold.id);
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title={hold.held === 0 ? "End the hold" : `Drain ${transactions(hold.held)}`}
      description={`${heldThing(hold)} is on hold. What is held begins in the order in which it was accepted; what comes meanwhile is held behind it, and the hold ends when nothing is left.`}
      submitLabel="Drain"
      schema={DrainHoldInput}
      values={() => ({ perSecond: rate.trim() === "" ? null : Number(rate) })}
      onSubmit={({ perSecond }) => drain.mutateAsync(perSecond)}
    >
      {(errors) => (
        <Field
          label="Transactions per second"
          optional
          hint="Left empty, they begin as fast as the limits of parallel transactions allow."
          error={errors.perSecond && "Type a whole number from 1 to 10,000, or nothing."}
        >
          <Input
            autoFocus
            type="number"
            inputMode="numeric"
            min={1}
            max={10_000}
            value={rate}
            onChange={(event) => setRate(event.target.value)}
          />
        </Field>
      )}
    </FormDialog>
  );
}
