"use client";
import { Command } from "cmdk";
import { useRef } from "react";
import { StepIcon } from "@/components/fields/step-icons";
import { Dialog } from "@/components/ui/dialog";
import { definitionOf } from "@/lib/steps/definitions";
import { useBuilder } from "./builder-context";
import { useStored } from "./store";

/** Finds a step of the graph by its name, type or note, and goes there. */
export function StepSearch() {
  const { ui, commands, shown } = useBuilder();
  const open = useStored(ui, (state) => state.search);
  const chosen = useRef<string>(undefined);
  const close = () => ui.set({ ...ui.get(), search: false });
  const onCloseAutoFocus = (event: Event) => {
    if (chosen.current === undefined) return;
    event.preventDefault();
    commands.select(chosen.current);
    chosen.current = undefined;
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      size="sm"
      title="Find a step"
      onCloseAutoFocus={onCloseAutoFocus}
    >
      <Command label="Find a step" loop>
        <Command.Input
          autoFocus
          placeholder="Name or type…"
          className="mb-2 h-8 w-full rounded-md border border-edge bg-surface px-2.5"
        />
        <Command.List className="max-h-80 overflow-y-auto scroll-thin">
          <Command.Empty className="px-2 py-4 text-sm text-muted">No step fits.</Command.Empty>
          {open &&
            shown.store.get().nodes.map((node) => (
              <Command.Item
                key={node.id}
                value={node.id}
                keywords={[node.data.name, definitionOf(node.data.type)?.label ?? node.data.type, node.data.note ?? ""]}
                onSelect={() => {
                  chosen.current = node.id;
                  close();
                }}
                className="flex cursor-pointer items-center gap-2.5 rounded-sm px-2 py-1.5 data-[selected=true]:bg-hover"
              >
                <StepIcon type={node.data.type} size="sm" />
                <span title={node.data.name} className="min-w-0 flex-1 truncate">
                  {node.data.name}
                </span>
                <span className="text-xs text-muted">{definitionOf(node.data.type)?.label}</span>
              </Command.Item>
            ))}
        </Command.List>
      </Command>
    </Dialog>
  );
}
