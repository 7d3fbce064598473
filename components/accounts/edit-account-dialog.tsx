"use client";

import { useState } from "react";
import { FormDialog } from "@/components/providers/form-dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { type AccountView, UpdateAccountInput } from "@/lib/contracts/accounts";

export type EditAccountDialogProps = {
  account: AccountView;
  onClose: () => void;
  onSave: (input: UpdateAccountInput) => Promise<unknown>;
};

/** Changes an account's name and its parallel limit. */
export function EditAccountDialog({ account, onClose, onSave }: EditAccountDialogProps) {
  const [name, setName] = useState(account.name);
  const [limit, setLimit] = useState(String(account.parallelLimit));
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title={`Edit “${account.name}”`}
      submitLabel="Save"
      schema={UpdateAccountInput}
      values={() => ({ name, parallelLimit: limit.trim() === "" ? Number.NaN : Number(limit) })}
      onSubmit={onSave}
    >
      {(errors) => (
        <>
          <Field label="Name" error={errors.name}>
            <Input autoFocus autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field
            label="Parallel limit"
            hint="Transactions of this account that may run at the same time, so that one customer cannot starve another."
            error={errors.parallelLimit && "Type a whole number from 1 to 10,000."}
          >
            <Input
              type="number"
              inputMode="numeric"
              min={1}
              max={10_000}
              value={limit}
              onChange={(event) => setLimit(event.target.value)}
            />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
