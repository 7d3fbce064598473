"use client";

import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { cx } from "@/components/ui/cx";
import { IconButton } from "@/components/ui/icon-button";
import { Sheet } from "@/components/ui/sheet";
import { type CommandAction, CommandPalette } from "./command-palette";
import { HelpDialog } from "./help-dialog";
import { type NavGroup, navGroups, SideNav } from "./side-nav";
import { TopBar } from "./top-bar";
import { accountPages, accountSwitchHref, isCyclePage } from "./urls";
import type { CommandSearch } from "./use-command-search";
import { useFrameKeys } from "./use-frame-keys";

export type FrameUser = { name: string; email: string; role: "partner-admin" | "builder" | "viewer" };
export type FrameAccount = { id: string; name: string };

export type AppFrameProps = {
  me: FrameUser;
  /** The accounts this user may see. */
  accounts: readonly FrameAccount[];
  /** The account in sight; on the partner's pages the one that was last. Null when there is none. */
  currentAccountId: string | null;
  search?: CommandSearch;
  /** More for the palette than the pages and accounts, e.g. "New cycle". */
  actions?: readonly CommandAction[];
  onChangePassword: () => void;
  onSignOut: () => void;
  children: ReactNode;
};

/** The bars around every page of a signed-in user. It fetches nothing. */
export function AppFrame(props: AppFrameProps) {
  const { me, accounts, currentAccountId, search, actions = [], onChangePassword, onSignOut, children } = props;
  const router = useRouter();
  const pathname = usePathname();
  const [open, setOpen] = useState<"nav" | "palette" | "help">();
  const [narrowed, setNarrowed] = useState<boolean>();
  const compact = narrowed ?? isCyclePage(pathname);
  const groups = navGroups(currentAccountId, me.role === "partner-admin");
  const pages = currentAccountId ? accountPages(currentAccountId) : undefined;
  const close = () => setOpen(undefined);

  useFrameKeys({
    onPalette: () => setOpen("palette"),
    onHelp: () => setOpen("help"),
    onToggleNav: () => setNarrowed(!compact),
    onGo: (letter) => {
      if (pages && letter === "c") router.push(pages.cycles);
      if (pages && letter === "t") router.push(pages.transactions);
    },
  });

  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-60 -translate-y-16 rounded-md bg-accent px-3 py-1.5 text-on-accent focus:translate-y-0"
      >
        Skip to content
      </a>
      <TopBar
        me={me}
        accounts={accounts}
        currentAccountId={currentAccountId}
        onOpenNav={() => setOpen("nav")}
        onOpenPalette={() => setOpen("palette")}
        onOpenHelp={() => setOpen("help")}
        onChangePassword={onChangePassword}
        onSignOut={onSignOut}
      />
      <div className="flex">
        <LeftBar groups={groups} compact={compact} onCompactChange={setNarrowed} />
        <main id="main" tabIndex={-1} className="min-h-[calc(100dvh-var(--frame-top))] min-w-0 flex-1 outline-none">
          {children}
        </main>
      </div>
      <Sheet side="left" size="sm" title="Spoke" open={open === "nav"} onOpenChange={close}>
        <SideNav groups={groups} onNavigate={close} />
      </Sheet>
      <CommandPalette
        open={open === "palette"}
        onOpenChange={close}
        search={search}
        actions={[...actions, ...pageActions(groups), ...accountActions(accounts, pathname)]}
      />
      <HelpDialog open={open === "help"} onOpenChange={close} />
    </>
  );
}

type LeftBarProps = { groups: readonly NavGroup[]; compact: boolean; onCompactChange: (compact: boolean) => void };

function LeftBar({ groups, compact, onCompactChange }: LeftBarProps) {
  return (
    <div
      className={cx(
        "sticky top-(--frame-top) hidden h-[calc(100dvh-var(--frame-top))] shrink-0 flex-col justify-between overflow-y-auto border-r p-2 scroll-thin md:flex",
        compact ? "w-12" : "w-52",
      )}
    >
      <SideNav groups={groups} compact={compact} />
      <IconButton
        icon={compact ? PanelLeftOpen : PanelLeftClose}
        label={compact ? "Widen the left bar" : "Narrow the left bar"}
        keys={["["]}
        tooltipSide="right"
        onClick={() => onCompactChange(!compact)}
      />
    </div>
  );
}

function pageActions(groups: readonly NavGroup[]): CommandAction[] {
  return groups.flatMap((group) => group.links.map((link) => ({ group: "Go to", ...link })));
}

function accountActions(accounts: readonly FrameAccount[], pathname: string): CommandAction[] {
  return accounts.map(({ id, name }) => ({
    group: "Switch account",
    label: name,
    href: accountSwitchHref(pathname, id),
    onlyTyped: true,
  }));
}
