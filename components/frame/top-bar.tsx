"use client";

import { CircleHelp, Menu as MenuIcon, Search } from "lucide-react";
import Link from "next/link";
import { IconButton } from "@/components/ui/icon-button";
import { Kbd } from "@/components/ui/kbd";
import { AccountSwitcher } from "./account-switcher";
import type { FrameAccount, FrameUser } from "./app-frame";
import { Logo } from "./logo";
import { useModKey } from "./shortcuts";
import { ThemeSwitch } from "./theme-switch";
import { UserMenu } from "./user-menu";

export type TopBarProps = {
  me: FrameUser;
  accounts: readonly FrameAccount[];
  currentAccountId: string | null;
  onOpenNav: () => void;
  onOpenPalette: () => void;
  onOpenHelp: () => void;
  onChangePassword: () => void;
  onSignOut: () => void;
};

/** The bar at the top of every page. */
export function TopBar(props: TopBarProps) {
  const mod = useModKey();
  return (
    <header className="sticky top-0 z-30 flex h-(--frame-top) items-center gap-1 border-b bg-surface px-2 sm:gap-2 sm:px-3">
      <IconButton icon={MenuIcon} label="Open the navigation" onClick={props.onOpenNav} className="md:hidden" />
      <Link
        href="/"
        aria-label="Spoke, home"
        className="flex h-8 shrink-0 items-center gap-2 rounded-md px-1 text-lg font-semibold tracking-tight"
      >
        <Logo className="size-6" />
        <span className="hidden sm:inline">Spoke</span>
      </Link>
      <span aria-hidden className="hidden h-4 w-px bg-line sm:block" />
      <AccountSwitcher
        accounts={props.accounts}
        currentAccountId={props.currentAccountId}
        manageable={props.me.role === "partner-admin"}
      />
      <div className="flex min-w-0 flex-1 justify-end md:justify-center">
        <button
          type="button"
          onClick={props.onOpenPalette}
          className="hidden h-8 w-full max-w-105 items-center gap-2 rounded-md border border-edge bg-surface px-2.5 text-muted transition-colors hover:bg-hover md:flex"
        >
          <Search aria-hidden className="size-4 shrink-0" />
          <span className="flex-1 truncate text-left">Search or jump to…</span>
          <Kbd keys={[mod, "K"]} />
        </button>
        <IconButton icon={Search} label="Search or jump to" onClick={props.onOpenPalette} className="md:hidden" />
      </div>
      <IconButton
        icon={CircleHelp}
        label="Keyboard shortcuts"
        keys={["?"]}
        onClick={props.onOpenHelp}
        className="max-sm:hidden"
      />
      <ThemeSwitch />
      <UserMenu me={props.me} onChangePassword={props.onChangePassword} onSignOut={props.onSignOut} />
    </header>
  );
}
