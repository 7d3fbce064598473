"use client";
import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { type DragEvent, useMemo, useState } from "react";
import { groupLabels, StepIcon } from "@/components/fields/step-icons";
import { IconButton } from "@/components/ui/icon-button";
import { SearchInput } from "@/components/ui/search-input";
import type { StepDefinition } from "@/lib/steps/types";
import { useBuilder } from "./builder-context";
import { DRAGGED_TYPE } from "./canvas-drops";
import { additionProblem } from "./connection-rules";
import { stepTypesIn } from "./step-type-list";
import { useStored } from "./store";

/** The step types at the left: dragged onto the canvas, or added after the selected step by a click. */
export function Palette() {
  const { commands } = useBuilder();
  const [search, setSearch] = useState("");
  const [narrow, setNarrow] = useState(false);
  const groups = useMemo(() => stepTypesIn(search), [search]);
  if (narrow) {
    return (
      <aside aria-label="Step types" className="hidden border-r p-1.5 md:block">
        <IconButton
          icon={PanelLeftOpen}
          label="Show the step types"
          tooltipSide="right"
          onClick={() => setNarrow(false)}
        />
      </aside>
    );
  }
  return (
    <aside aria-label="Step types" className="hidden w-58 shrink-0 flex-col border-r bg-surface md:flex">
      <div className="flex items-center gap-1 p-2">
        <SearchInput
          label="Search step types"
          placeholder="Search…"
          value={search}
          onValueChange={setSearch}
          className="flex-1"
        />
        <IconButton icon={PanelLeftClose} label="Hide the step types" onClick={() => setNarrow(true)} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-3 scroll-thin">
        {groups.map(({ group, types }) => (
          <section key={group} aria-labelledby={`palette-${group}`} className="pt-2">
            <h2 id={`palette-${group}`} className="px-1.5 pb-1 text-xs font-medium text-muted">
              {groupLabels[group]}
            </h2>
            <ul className="flex flex-col gap-0.5">
              {types.map((definition) => (
                <li key={definition.type}>
                  <PaletteEntry
                    definition={definition}
                    onAdd={() => commands.add(definition.type, commands.defaultPlace())}
                  />
                </li>
              ))}
            </ul>
          </section>
        ))}
        {groups.length === 0 && <p className="px-1.5 py-3 text-sm text-muted">No step type has “{search}” in it.</p>}
      </div>
    </aside>
  );
}

function PaletteEntry({ definition, onAdd }: { definition: StepDefinition; onAdd: () => void }) {
  const { shown } = useBuilder();
  const problem = useStored(shown.store, (state) => additionProblem(state.nodes, definition.type));
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.setData(DRAGGED_TYPE, definition.type);
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <button
      type="button"
      draggable={!problem}
      onDragStart={onDragStart}
      onClick={onAdd}
      aria-disabled={Boolean(problem)}
      title={problem ?? definition.description}
      className="focus-inset flex h-9 w-full cursor-grab items-center gap-2 rounded-md px-1.5 text-left transition-colors hover:bg-hover active:cursor-grabbing aria-disabled:cursor-not-allowed aria-disabled:text-faint aria-disabled:hover:bg-transparent"
    >
      <StepIcon type={definition.type} />
      <span className="truncate">{definition.label}</span>
    </button>
  );
}
