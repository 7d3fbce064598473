"use client";

import { Fragment } from "react";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { type ShortcutGroup, useModKey, useShortcutGroups } from "./shortcuts";

export type HelpDialogProps = { open: boolean; onOpenChange: (open: boolean) => void };

/** All shortcuts of the page in sight, and where the API is described. */
export function HelpDialog({ open, onOpenChange }: HelpDialogProps) {
  const mod = useModKey();
  const everywhere: ShortcutGroup = {
    title: "Everywhere",
    shortcuts: [
      { keys: [mod, "K"], label: "Search or jump to" },
      { keys: ["G", "C"], label: "Go to cycles" },
      { keys: ["G", "T"], label: "Go to transactions" },
      { keys: ["["], label: "Narrow or widen the left bar" },
      { keys: ["F8"], label: "Go to the messages at the bottom" },
      { keys: ["?"], label: "Show this help" },
    ],
  };
  const groups = [everywhere, ...useShortcutGroups()];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts">
      <div className="flex flex-col gap-5">
        {groups.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h3 className="mb-1 text-sm text-muted">{group.title}</h3>
            <dl className="grid grid-cols-[1fr_auto] items-center">
              {group.shortcuts.map((shortcut) => (
                <Fragment key={shortcut.label}>
                  <dt className="border-b py-1.5">{shortcut.label}</dt>
                  <dd className="flex h-full items-center justify-end border-b py-1.5">
                    <Kbd keys={shortcut.keys} />
                  </dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
        <p className="text-muted">
          Everything here can be done through the API. It is described at{" "}
          <a href="/api/v1/openapi.json" className="text-accent-fg underline">
            /api/v1/openapi.json
          </a>
          .
        </p>
      </div>
    </Dialog>
  );
}
