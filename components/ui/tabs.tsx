"use client";

import Link from "next/link";
import { Tabs as RadixTabs } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";

const tabClass =
  "focus-inset -mb-px inline-flex h-9 shrink-0 items-center gap-1.5 border-b-2 border-transparent px-2.5 text-base text-muted transition-colors hover:text-fg " +
  "data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-fg " +
  "aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-fg";
const listClass = "flex shrink-0 overflow-x-auto overflow-y-hidden border-b scroll-thin";

export type TabsProps = {
  /** The name of the list of tabs for a screen reader. */
  label: string;
  tabs: readonly { value: string; label: ReactNode; count?: number; content: ReactNode; disabled?: boolean }[];
  value?: string;
  /** The first tab, when left out. */
  defaultValue?: string;
  onValueChange?: (value: string) => void;
  className?: string;
  /** Classes of each panel, e.g. `p-4`. */
  panelClassName?: string;
};

/** Panels of which one is in sight. Only the active panel is rendered. */
export function Tabs({ label, tabs, value, defaultValue, onValueChange, className, panelClassName }: TabsProps) {
  return (
    <RadixTabs.Root
      value={value}
      defaultValue={value === undefined ? (defaultValue ?? tabs[0]?.value) : undefined}
      onValueChange={onValueChange}
      className={cx("flex min-w-0 flex-col", className)}
    >
      <RadixTabs.List aria-label={label} className={listClass}>
        {tabs.map((tab) => (
          <RadixTabs.Trigger key={tab.value} value={tab.value} disabled={tab.disabled} className={tabClass}>
            {tab.label}
            {tab.count !== undefined && <span className="text-sm font-normal text-muted">{tab.count}</span>}
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {tabs.map((tab) => (
        <RadixTabs.Content key={tab.value} value={tab.value} className={cx("min-h-0 min-w-0 flex-1", panelClassName)}>
          {tab.content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}

export type LinkTabsProps = {
  label: string;
  /** `current` is the address of the page in sight. */
  current: string;
  tabs: readonly { href: string; label: ReactNode; count?: number }[];
};

/** Pages of one thing as a row of links that look like tabs. */
export function LinkTabs({ label, current, tabs }: LinkTabsProps) {
  return (
    <nav aria-label={label} className={listClass}>
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          aria-current={tab.href === current ? "page" : undefined}
          className={tabClass}
        >
          {tab.label}
          {tab.count !== undefined && <span className="text-sm font-normal text-muted">{tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}
