"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";

export type Shortcut = { keys: string[]; label: string };
export type ShortcutGroup = { title: string; shortcuts: readonly Shortcut[] };

type Shortcuts = { groups: readonly ShortcutGroup[]; add: (group: ShortcutGroup) => () => void };

const ShortcutsContext = createContext<Shortcuts | null>(null);

/** Collects the shortcuts of everything on the page, for the help. */
export function ShortcutsProvider({ children }: { children: ReactNode }) {
  const [groups, setGroups] = useState<readonly ShortcutGroup[]>([]);
  const shortcuts = useMemo<Shortcuts>(
    () => ({
      groups,
      add: (group) => {
        setGroups((shown) => [...shown, group]);
        return () => setGroups((shown) => shown.filter((other) => other !== group));
      },
    }),
    [groups],
  );
  return <ShortcutsContext value={shortcuts}>{children}</ShortcutsContext>;
}

/** All groups of shortcuts of the page in sight. */
export function useShortcutGroups(): readonly ShortcutGroup[] {
  return useContext(ShortcutsContext)?.groups ?? [];
}

/** Lists a group of shortcuts in the help while the component is on the page. `group` must be a constant. It binds no key. */
export function useShortcutHelp(group: ShortcutGroup) {
  const add = useContext(ShortcutsContext)?.add;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `add` changes with each group and would never come to rest
  useEffect(() => add?.(group), [group]);
}

/** "⌘" on a Mac, "Ctrl" elsewhere. */
export function useModKey(): string {
  return useSyncExternalStore(
    () => () => {},
    () => (/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl"),
    () => "Ctrl",
  );
}

/** Says whether a key goes into a text: then it is no shortcut. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}
