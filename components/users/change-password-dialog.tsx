"use client";

import { useState } from "react";
import { FormDialog } from "@/components/providers/form-dialog";
import { Field } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import { useChangePassword } from "@/lib/client/me";
import { ChangePasswordInput } from "@/lib/contracts/accounts";
import { PasswordInput } from "./password-input";

export type ChangePasswordDialogProps = { open: boolean; onOpenChange: (open: boolean) => void };

const empty = { current: "", next: "" };

/** Changes the password of whoever is signed in. */
export function ChangePasswordDialog({ open, onOpenChange }: ChangePasswordDialogProps) {
  const [values, setValues] = useState(empty);
  const change = useChangePassword();
  const toast = useToast();
  return (
    <FormDialog
      open={open}
      onOpenChange={(next) => {
        setValues(empty);
        onOpenChange(next);
      }}
      title="Change password"
      submitLabel="Change password"
      schema={ChangePasswordInput}
      values={() => values}
      onSubmit={async (input) => {
        await change.mutateAsync(input);
        toast({ title: "Password changed", description: "Other sessions of yours have been signed out." });
      }}
    >
      {(errors) => (
        <>
          <Field label="Current password" error={errors.current}>
            <PasswordInput
              autoFocus
              autoComplete="current-password"
              value={values.current}
              onChange={(event) => setValues({ ...values, current: event.target.value })}
            />
          </Field>
          <Field label="New password" hint="10 characters or more." error={errors.next}>
            <PasswordInput
              autoComplete="new-password"
              value={values.next}
              onChange={(event) => setValues({ ...values, next: event.target.value })}
            />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
