"use client";

import { useState } from "react";
import { FormDialog } from "@/components/providers/form-dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useToast } from "@/components/ui/toast";
import { useCreateUser } from "@/lib/client/users";
import { CreateUserInput } from "@/lib/contracts/accounts";
import type { RoleName } from "@/lib/contracts/common";
import { AccountChecklist } from "./account-checklist";
import { PasswordInput } from "./password-input";
import { RoleChoice } from "./role-choice";

const empty = { name: "", email: "", password: "", role: "builder" as RoleName, accountIds: [] as string[] };

/** Makes a user with a first password. */
export function NewUserDialog({ onClose }: { onClose: () => void }) {
  const [values, setValues] = useState(empty);
  const change = (changes: Partial<typeof empty>) => setValues({ ...values, ...changes });
  const create = useCreateUser();
  const toast = useToast();
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title="New user"
      submitLabel="Create user"
      schema={CreateUserInput}
      values={() => ({ ...values, accountIds: values.role === "partner-admin" ? [] : values.accountIds })}
      onSubmit={async (input) => {
        const { name } = await create.mutateAsync(input);
        toast({ title: `Created ${name}` });
      }}
    >
      {(errors) => (
        <>
          <Field label="Name" error={errors.name}>
            <Input
              autoFocus
              autoComplete="off"
              value={values.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          </Field>
          <Field label="E-mail" hint="They sign in with it." error={errors.email}>
            <Input
              type="email"
              autoComplete="off"
              value={values.email}
              onChange={(event) => change({ email: event.target.value })}
            />
          </Field>
          <Field
            label="First password"
            hint="10 characters or more. Tell it to them; they can change it in their menu."
            error={errors.password}
          >
            <PasswordInput
              autoComplete="new-password"
              value={values.password}
              onChange={(event) => change({ password: event.target.value })}
            />
          </Field>
          <RoleChoice value={values.role} onValueChange={(role) => change({ role })} error={errors.role} />
          {values.role !== "partner-admin" && (
            <AccountChecklist
              chosen={values.accountIds}
              onChosenChange={(accountIds) => change({ accountIds })}
              error={errors.accountIds}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}
