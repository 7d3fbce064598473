"use client";
import { Command } from "cmdk";
import { Popover } from "radix-ui";
import { groupLabels, StepIcon } from "@/components/fields/step-icons";
import { useBuilder } from "./builder-context";
import { additionProblem } from "./connection-rules";
import { stepTypesIn } from "./step-type-list";
import { useStored } from "./store";

const groups = stepTypesIn("");

/** How well a step type fits: all words must be in it, and those in its name count more. */
function fits(value: string, search: string): number {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const text = value.toLowerCase();
  if (!words.every((word) => text.includes(word))) return 0;
  return words.every((word) => text.split("|")[0]?.includes(word)) ? 1 : 0.5;
}

/** The list of step types that opens where a step is wanted: after a step, in an edge, at the end of a drawn edge. */
export function StepPicker() {
  const { ui, commands, shown } = useBuilder();
  const picker = useStored(ui, (state) => state.picker);
  if (!picker) return null;
  const close = () => ui.set({ ...ui.get(), picker: null });
  return (
    <Popover.Root open onOpenChange={(open) => !open && close()}>
      <Popover.Anchor asChild>
        <span aria-hidden className="fixed size-px" style={{ left: picker.x, top: picker.y }} />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          aria-label={picker.title}
          align="start"
          side="right"
          sideOffset={8}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // Nothing was chosen: back to where it was asked for.
            const { tabStop } = ui.get();
            if (document.activeElement === document.body && tabStop !== null) commands.focus(tabStop);
          }}
          className="z-50 w-72 rounded-md border bg-raised shadow-float animate-float-in"
        >
          <Command label={picker.title} loop filter={fits}>
            <p className="px-3 pt-2 text-xs text-muted">{picker.title}</p>
            <Command.Input
              autoFocus
              placeholder="Search step types…"
              className="w-full border-b bg-transparent px-3 py-2 outline-none"
            />
            <Command.List className="max-h-80 overflow-y-auto p-1 scroll-thin">
              <Command.Empty className="px-2 py-4 text-sm text-muted">No step type fits.</Command.Empty>
              {groups.map(({ group, types }) => {
                const shownTypes = types.filter(
                  (type) => !type.annotation && !additionProblem(shown.store.get().nodes, type.type),
                );
                if (shownTypes.length === 0) return null;
                return (
                  <Command.Group
                    key={group}
                    heading={groupLabels[group]}
                    className="**:[[cmdk-group-heading]]:px-2 **:[[cmdk-group-heading]]:py-1 **:[[cmdk-group-heading]]:text-xs **:[[cmdk-group-heading]]:text-muted"
                  >
                    {shownTypes.map((definition) => (
                      <Command.Item
                        key={definition.type}
                        value={`${definition.label} | ${definition.description}`}
                        onSelect={() => {
                          close();
                          commands.add(definition.type, picker.place);
                        }}
                        className="flex cursor-pointer items-center gap-2.5 rounded-sm px-2 py-1.5 data-[selected=true]:bg-hover"
                      >
                        <StepIcon type={definition.type} />
                        <span className="min-w-0">
                          <span className="block truncate">{definition.label}</span>
                          <span className="line-clamp-2 text-xs text-muted">{definition.description}</span>
                        </span>
                      </Command.Item>
                    ))}
                  </Command.Group>
                );
              })}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
