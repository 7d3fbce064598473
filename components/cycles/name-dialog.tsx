"use client";

import { useState } from "react";
import { FormDialog } from "@/components/providers/form-dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { CreateCycleInput } from "@/lib/contracts/cycles";

export type NameDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  submitLabel: string;
  /** The name to begin with. */
  name?: string;
  onSubmit: (name: string) => Promise<unknown>;
};

/** Asks for a cycle's name. Give it a `key` of the cycle, so that it begins with that one's name. */
export function NameDialog({ name: initial = "", onSubmit, ...dialog }: NameDialogProps) {
  const [name, setName] = useState(initial);
  return (
    <FormDialog
      {...dialog}
      schema={CreateCycleInput}
      values={() => ({ name })}
      onSubmit={(input) => onSubmit(input.name)}
    >
      {(errors) => (
        <Field label="Name" hint="What it does, like “Order intake”." error={errors.name}>
          <Input
            autoFocus
            autoComplete="off"
            value={name}
            onFocus={(event) => event.target.select()}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
      )}
    </FormDialog>
  );
}
