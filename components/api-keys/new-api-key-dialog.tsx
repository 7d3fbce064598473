"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { DialogForm } from "@/components/providers/form-dialog";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { RoleChoice } from "@/components/users/role-choice";
import { accountsQuery } from "@/lib/client/accounts";
import { useCreateApiKey } from "@/lib/client/api-keys";
import { CreateApiKeyInput, type CreatedApiKey } from "@/lib/contracts/accounts";
import type { RoleName } from "@/lib/contracts/common";
import { CreatedKey } from "./created-key";

/** Makes an API key, then shows it once. */
export function NewApiKeyDialog({ onClose }: { onClose: () => void }) {
  const [created, setCreated] = useState<CreatedApiKey>();
  const create = useCreateApiKey();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size={created ? "md" : "sm"}
      title={created ? `API key “${created.apiKey.name}”` : "New API key"}
    >
      {created ? (
        <CreatedKey created={created} onDone={onClose} />
      ) : (
        <NewKeyForm onClose={onClose} onCreate={async (input) => setCreated(await create.mutateAsync(input))} />
      )}
    </Dialog>
  );
}

type NewKeyFormProps = { onClose: () => void; onCreate: (input: CreateApiKeyInput) => Promise<unknown> };

function NewKeyForm({ onClose, onCreate }: NewKeyFormProps) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<RoleName>("builder");
  const [accountId, setAccountId] = useState("");
  const { data: accounts } = useQuery(accountsQuery());
  // A partner admin's key is for the partner: it has no account of its own.
  const account = role === "partner-admin" ? "" : accountId;
  return (
    <DialogForm
      onClose={onClose}
      submitLabel="Create key"
      schema={CreateApiKeyInput}
      values={() => ({ name, role, accountId: account === "" ? null : account })}
      onSubmit={onCreate}
      keepOpen
    >
      {(errors) => (
        <>
          <Field label="Name" hint="The program that uses it." error={errors.name}>
            <Input autoFocus autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <RoleChoice value={role} onValueChange={setRole} error={errors.role} />
          <Field
            label="Account"
            hint={
              account === ""
                ? "Each request says which account it is about: X-Spoke-Account."
                : "The key sees this account alone."
            }
            error={errors.accountId}
          >
            <Select
              placeholder="All accounts"
              value={account}
              disabled={role === "partner-admin"}
              onChange={(event) => setAccountId(event.target.value)}
              options={accounts?.entries.map(({ id, name: label }) => ({ value: id, label })) ?? []}
            />
          </Field>
        </>
      )}
    </DialogForm>
  );
}
