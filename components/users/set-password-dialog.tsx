"use client";

import { useState } from "react";
import { FormDialog } from "@/components/providers/form-dialog";
import { Field } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import { useUpdateUser } from "@/lib/client/users";
import { CreateUserInput, type UserView } from "@/lib/contracts/accounts";
import { PasswordInput } from "./password-input";

const SetPasswordInput = CreateUserInput.pick({ password: true });

/** Gives a user a new password, for whoever has forgotten theirs. */
export function SetPasswordDialog({ user, onClose }: { user: UserView; onClose: () => void }) {
  const [password, setPassword] = useState("");
  const update = useUpdateUser();
  const toast = useToast();
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title={`Set a password for ${user.name}`}
      description={`${user.email} is signed out everywhere and signs in with the new one.`}
      submitLabel="Set password"
      schema={SetPasswordInput}
      values={() => ({ password })}
      onSubmit={async (input) => {
        await update.mutateAsync({ id: user.id, ...input });
        toast({ title: `Set a password for ${user.name}` });
      }}
    >
      {(errors) => (
        <Field label="New password" hint="10 characters or more." error={errors.password}>
          <PasswordInput
            autoFocus
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
      )}
    </FormDialog>
  );
}
