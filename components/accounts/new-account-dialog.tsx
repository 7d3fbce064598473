"use client";

import { useState } from "react";
import { FormDialog } from "@/components/providers/form-dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { CreateAccountInput } from "@/lib/contracts/accounts";

export type NewAccountDialogProps = {
  onClose: () => void;
  onCreate: (input: CreateAccountInput) => Promise<unknown>;
};

/** Makes an account. */
export function NewAccountDialog({ onClose, onCreate }: NewAccountDialogProps) {
  const [name, setName] = useState("");
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title="New account"
      submitLabel="Create account"
      schema={CreateAccountInput}
      values={() => ({ name })}
      onSubmit={onCreate}
    >
      {(errors) => (
        <Field label="Name" hint="Mostly the customer's." error={errors.name}>
          <Input autoFocus autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      )}
    </FormDialog>
  );
}
