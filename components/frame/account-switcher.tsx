"use client";

import { Command } from "cmdk";
import { Check, ChevronsUpDown, Settings2 } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useState } from "react";
import { buttonClass } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Popover } from "@/components/ui/popover";
import type { FrameAccount } from "./app-frame";
import { accountSwitchHref, partnerPages } from "./urls";

/** A partner may have thousands of accounts; more than this is reached by typing. */
const LISTED = 100;

export type AccountSwitcherProps = {
  accounts: readonly FrameAccount[];
  currentAccountId: string | null;
  /** Adds the way to the list of all accounts. */
  manageable: boolean;
};

/** Goes to another account and stays on the same kind of page. */
export function AccountSwitcher({ accounts, currentAccountId, manageable }: AccountSwitcherProps) {
  const router = useRouter();
  const pathname = usePathname();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const current = accounts.find((account) => account.id === currentAccountId);
  const wanted = query.trim().toLowerCase();
  const found = accounts.filter((account) => account.name.toLowerCase().includes(wanted)).slice(0, LISTED);

  const go = (href: string) => {
    setOpen(false);
    router.push(href);
  };

  return (
    <Popover
      label="Accounts"
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setQuery("");
      }}
      className="w-80 p-0"
      trigger={
        <button
          type="button"
          title={current?.name}
          className={cx(buttonClass("ghost", "md"), "max-w-52 min-w-0 shrink px-2")}
        >
          <span className="sr-only">Account: </span>
          <span className="truncate text-fg">{current?.name ?? "Choose an account"}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
        </button>
      }
    >
      <Command label="Accounts" shouldFilter={false} loop>
        <Command.Input
          value={query}
          onValueChange={setQuery}
          placeholder="Find an account"
          className="h-10 w-full border-b bg-transparent px-3 text-lg focus-visible:outline-none sm:text-base"
        />
        <Command.List className="max-h-80 overflow-y-auto p-1 scroll-thin">
          {found.length === 0 && (
            <Command.Item disabled value="nothing" className="px-2 py-3 text-muted">
              No account has “{query.trim()}” in its name.
            </Command.Item>
          )}
          {found.map((account) => (
            <Command.Item
              key={account.id}
              value={account.id}
              onSelect={() => go(accountSwitchHref(pathname, account.id))}
              className={paletteItemClass}
            >
              <span title={account.name} className="min-w-0 flex-1 truncate">
                {account.name}
              </span>
              {account.id === currentAccountId && <Check aria-label="current" className="size-4 text-accent-fg" />}
            </Command.Item>
          ))}
          {manageable && (
            <Command.Item
              value="all-accounts"
              onSelect={() => go(partnerPages.accounts)}
              className={cx(paletteItemClass, "mt-1 text-muted")}
            >
              <Settings2 aria-hidden className="size-4" />
              All accounts
            </Command.Item>
          )}
        </Command.List>
      </Command>
    </Popover>
  );
}

/** A line of a list that is moved through from a text box: the chosen one has a bar at its left, not only a colour. */
export const paletteItemClass =
  "flex min-h-8 cursor-pointer items-center gap-2 rounded-sm border-l-2 border-transparent px-2 py-1 select-none " +
  "data-[selected=true]:border-accent data-[selected=true]:bg-hover";
