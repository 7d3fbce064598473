"use client";

import { Command } from "cmdk";
import { type LucideIcon, Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog as RadixDialog } from "radix-ui";
import { useState } from "react";
import { overlayClass } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { Spinner } from "@/components/ui/spinner";
import { paletteItemClass } from "./account-switcher";
import { type CommandSearch, useCommandSearch } from "./use-command-search";

/** Something the palette offers without asking the server. */
export type CommandAction = {
  group: string;
  label: string;
  hint?: string;
  icon?: LucideIcon;
  keys?: string[];
  /** Where it goes; without it, `onSelect` does it. */
  href?: string;
  onSelect?: () => void;
  /** Offered only when something is typed, e.g. one of many accounts. */
  onlyTyped?: boolean;
};

export type CommandPaletteProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  actions: readonly CommandAction[];
  search?: CommandSearch;
};

const SHOWN_PER_GROUP = 8;

/** Finds things and jumps to pages: type, arrow keys, Enter. */
export function CommandPalette({ open, onOpenChange, actions, search }: CommandPaletteProps) {
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={overlayClass} />
        <RadixDialog.Content
          aria-describedby={undefined}
          className="fixed top-[12dvh] left-1/2 z-50 w-[calc(100vw-2rem)] max-w-150 -translate-x-1/2 animate-fade-in overflow-hidden rounded-md border bg-raised shadow-float"
        >
          <RadixDialog.Title className="sr-only">Search or jump to</RadixDialog.Title>
          <PaletteBody actions={actions} search={search} onClose={() => onOpenChange(false)} />
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

type PaletteBodyProps = Pick<CommandPaletteProps, "actions" | "search"> & { onClose: () => void };

function PaletteBody({ actions, search, onClose }: PaletteBodyProps) {
  const router = useRouter();
  const [query, setQuery] = useState("");
  const { results, state } = useCommandSearch(search, query);
  const offered = matching(actions, query);
  // What is known at once stands first, so that nothing moves under the cursor when the results come.
  const groups = groupsOf([
    ...offered.filter((action) => !action.onlyTyped),
    ...results,
    ...offered.filter((action) => action.onlyTyped),
  ]);

  const select = (action: CommandAction) => {
    onClose();
    if (action.href) router.push(action.href);
    action.onSelect?.();
  };

  return (
    <Command label="Search or jump to" shouldFilter={false} loop>
      <div className="flex items-center gap-2.5 border-b px-3">
        <Search aria-hidden className="size-4 shrink-0 text-muted" />
        <Command.Input
          value={query}
          onValueChange={setQuery}
          placeholder="Search or jump to…"
          className="h-12 min-w-0 flex-1 bg-transparent text-lg focus-visible:outline-none"
        />
        {state === "searching" ? <Spinner className="text-muted" /> : <Kbd keys={["Esc"]} />}
      </div>
      <p role="status" className="sr-only">
        {state === "searching" ? "Searching" : `${results.length} found`}
      </p>
      {state === "failed" && (
        <p className="px-3 pt-2 text-failed-fg">The search could not be made. Type again to repeat it.</p>
      )}
      <Command.List className="max-h-[60dvh] overflow-y-auto p-1 scroll-thin">
        {groups.length === 0 && (
          <Command.Item disabled value="nothing" className="px-2 py-6 text-center text-muted">
            {state === "searching"
              ? "Searching…"
              : `Nothing found for “${query.trim()}”. Try a name, an id, or a whole webhook URL.`}
          </Command.Item>
        )}
        {groups.map(([title, group]) => (
          <Command.Group
            key={title}
            heading={title}
            className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
          >
            {group.map((action) => (
              <PaletteItem key={`${action.label} ${action.href ?? ""}`} action={action} onSelect={select} />
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}

function PaletteItem({ action, onSelect }: { action: CommandAction; onSelect: (action: CommandAction) => void }) {
  const Icon = action.icon;
  return (
    <Command.Item
      value={`${action.group} ${action.label} ${action.href ?? ""}`}
      onSelect={() => onSelect(action)}
      className={paletteItemClass}
    >
      {Icon && <Icon aria-hidden className="size-4 shrink-0 text-muted" />}
      <span title={action.label} className="truncate">
        {action.label}
      </span>
      {action.hint && (
        <span title={action.hint} className="min-w-0 flex-1 truncate text-sm text-muted">
          {action.hint}
        </span>
      )}
      {action.keys && (
        <span className="ml-auto">
          <Kbd keys={action.keys} />
        </span>
      )}
    </Command.Item>
  );
}

function matching(actions: readonly CommandAction[], query: string): CommandAction[] {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return actions.filter((action) => !action.onlyTyped);
  return actions.filter((action) => words.every((word) => action.label.toLowerCase().includes(word)));
}

function groupsOf(actions: readonly CommandAction[]): [string, CommandAction[]][] {
  const groups = new Map<string, CommandAction[]>();
  for (const action of actions) groups.set(action.group, [...(groups.get(action.group) ?? []), action]);
  return [...groups].map(([title, group]) => [title, group.slice(0, SHOWN_PER_GROUP)]);
}
