"use client";

import { KeyRound, LogOut } from "lucide-react";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/dropdown-menu";
import type { FrameUser } from "./app-frame";

const roleNames: Record<FrameUser["role"], string> = {
  "partner-admin": "Partner admin",
  builder: "Builder",
  viewer: "Viewer",
};

export type UserMenuProps = { me: FrameUser; onChangePassword: () => void; onSignOut: () => void };

/** Who is signed in, their password, and the way out. */
export function UserMenu({ me, onChangePassword, onSignOut }: UserMenuProps) {
  return (
    <Menu
      label="Your account"
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={`${initials(me.name || me.email)}, signed in as ${me.name || me.email}`}
          title={me.name}
          className="grid size-8 shrink-0 place-items-center rounded-full border border-accent-line bg-accent-bg text-xs font-semibold text-accent-fg hover:border-accent"
        >
          {initials(me.name || me.email)}
        </button>
      }
    >
      <div className="px-2 pt-1.5 pb-1">
        <p title={me.name} className="truncate font-medium">
          {me.name}
        </p>
        <p title={me.email} className="truncate text-sm text-muted">
          {me.email}
        </p>
        <p className="text-sm text-muted">{roleNames[me.role]}</p>
      </div>
      <MenuSeparator />
      <MenuItem icon={KeyRound} onSelect={onChangePassword}>
        Change password
      </MenuItem>
      <MenuItem icon={LogOut} onSelect={onSignOut}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

function initials(name: string): string {
  const words = name.split(/[\s@._-]+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => Array.from(word ?? "")[0] ?? "",
  );
  return letters.join("").toUpperCase();
}
