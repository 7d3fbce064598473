"use client";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useToast } from "@/components/ui/toast";
import { useMe } from "@/lib/client/me";
import { useUpdateUser } from "@/lib/client/users";
import type { UserView } from "@/lib/contracts/accounts";
import { EditUserDialog } from "./edit-user-dialog";
import { NewUserDialog } from "./new-user-dialog";
import { SetPasswordDialog } from "./set-password-dialog";

/** A dialog of the page of users. */
export type UserDialog = { kind: "new" } | { kind: "edit" | "password" | "disable" | "enable"; user: UserView };

export type UserDialogsProps = { dialog: UserDialog | undefined; onClose: () => void };

/** The dialogs of the page of users, of which one at most is open. */
export function UserDialogs({ dialog, onClose }: UserDialogsProps) {
  const me = useMe();
  const update = useUpdateUser();
  const toast = useToast();
  if (!dialog) return null;
  if (dialog.kind === "new") return <NewUserDialog onClose={onClose} />;
  const { kind, user } = dialog;
  if (kind === "edit") return <EditUserDialog user={user} onClose={onClose} />;
  if (kind === "password") return <SetPasswordDialog user={user} onClose={onClose} />;
  const disabled = kind === "disable";
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={disabled ? `Disable ${user.name}` : `Enable ${user.name}`}
      consequences={
        !disabled
          ? `${user.email} can sign in again.`
          : user.id === me?.id
            ? "This is you: you are signed out at once, and another partner admin has to let you in again."
            : `${user.email} is signed out everywhere and cannot sign in any more. What they made stays.`
      }
      confirmLabel={disabled ? "Disable user" : "Enable user"}
      tone={disabled ? "danger" : "primary"}
      onConfirm={async () => {
        await update.mutateAsync({ id: user.id, disabled });
        toast({ title: `${disabled ? "Disabled" : "Enabled"} ${user.name}` });
      }}
    />
  );
}
