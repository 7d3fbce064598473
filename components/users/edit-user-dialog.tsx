"use client";

import { useState } from "react";
import { FormDialog } from "@/components/providers/form-dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useToast } from "@/components/ui/toast";
import { useUpdateUser } from "@/lib/client/users";
import { UpdateUserInput, type UserView } from "@/lib/contracts/accounts";
import { AccountChecklist } from "./account-checklist";
import { RoleChoice } from "./role-choice";

/** Changes a user's name, role and accounts. */
export function EditUserDialog({ user, onClose }: { user: UserView; onClose: () => void }) {
  const [name, setName] = useState(user.name);
  const [role, setRole] = useState(user.role);
  const [accountIds, setAccountIds] = useState(() => user.accounts.map(({ id }) => id));
  const update = useUpdateUser();
  const toast = useToast();
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title={`Edit ${user.name}`}
      description={user.email}
      submitLabel="Save"
      schema={UpdateUserInput}
      values={() => ({ name, role, accountIds: role === "partner-admin" ? [] : accountIds })}
      onSubmit={async (input) => {
        await update.mutateAsync({ id: user.id, ...input });
        toast({ title: `Saved ${input.name ?? user.name}` });
      }}
    >
      {(errors) => (
        <>
          <Field label="Name" error={errors.name}>
            <Input autoFocus autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <RoleChoice value={role} onValueChange={setRole} error={errors.role} />
          {role !== "partner-admin" && (
            <AccountChecklist chosen={accountIds} onChosenChange={setAccountIds} error={errors.accountIds} />
          )}
        </>
      )}
    </FormDialog>
  );
}
