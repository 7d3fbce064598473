"use client";
import { ArrowDown, ArrowUp, ClipboardPaste, EllipsisVertical, Plus, X } from "lucide-react";
import { type KeyboardEvent, memo, useCallback, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import type { Mapping, NamedMapping } from "@/lib/core/mapping";
import { useFieldScope } from "./field-scope";
import { MappingControl, MappingPreview } from "./mapping-control";
import { PasteFieldsDialog } from "./paste-fields-dialog";

export type NamedMappingsProps = {
  /** The field's label: "Headers". */
  label: string;
  value: readonly NamedMapping[];
  onChange: (value: NamedMapping[]) => void;
  /** What one of them is called: "field", "header". */
  noun?: string;
};

/** A list of names with mapped values: to add to, remove from, put in order, or make from pasted JSON. */
export function NamedMappings({ label, value, onChange, noun = "field" }: NamedMappingsProps) {
  const { readOnly } = useFieldScope();
  const list = useRef<HTMLUListElement>(null);
  const [pasting, setPasting] = useState(false);
  const latest = useRef({ value, onChange });
  latest.current = { value, onChange };

  const focusName = useCallback((index: number) => {
    requestAnimationFrame(() => list.current?.querySelectorAll<HTMLInputElement>("[data-name]")[index]?.focus());
  }, []);
  const add = () => {
    onChange([...value, { name: "", value: { source: "step-field", stepId: "", path: [] } }]);
    focusName(value.length);
  };
  // The same function for all renders, so that a row only renders when it changes.
  const change = useCallback(
    (index: number, entry: NamedMapping | null, moveTo?: number) => {
      const { value: entries, onChange: send } = latest.current;
      const next = entries.toSpliced(index, 1, ...(entry ? [entry] : []));
      send(moveTo === undefined || !entry ? next : next.toSpliced(index, 1).toSpliced(moveTo, 0, entry));
      if (moveTo !== undefined) focusName(moveTo);
    },
    [focusName],
  );

  return (
    <div className="flex flex-col gap-2">
      {value.length > 0 && (
        <ul ref={list} aria-label={label} className="flex flex-col divide-y rounded-md border">
          {value.map((entry, index) => (
            <NamedMappingRow
              // biome-ignore lint/suspicious/noArrayIndexKey: an entry has no other identity than its place
              key={index}
              index={index}
              last={index === value.length - 1}
              entry={entry}
              noun={noun}
              readOnly={readOnly}
              onChange={change}
              onEnter={add}
            />
          ))}
        </ul>
      )}
      {!readOnly && (
        <div className="flex gap-2">
          <Button size="sm" icon={Plus} onClick={add}>
            Add {noun}
          </Button>
          <Button size="sm" variant="ghost" icon={ClipboardPaste} onClick={() => setPasting(true)}>
            Paste JSON
          </Button>
        </div>
      )}
      {readOnly && value.length === 0 && <p className="text-sm text-muted">None</p>}
      {pasting && (
        <PasteFieldsDialog
          taken={value.map((entry) => entry.name)}
          onPaste={(entries) => onChange([...value, ...entries])}
          onClose={() => setPasting(false)}
        />
      )}
    </div>
  );
}

type RowProps = {
  index: number;
  last: boolean;
  entry: NamedMapping;
  noun: string;
  readOnly: boolean;
  onChange: (index: number, entry: NamedMapping | null, moveTo?: number) => void;
  onEnter: () => void;
};

const NamedMappingRow = memo(function NamedMappingRow(props: RowProps) {
  const { index, last, entry, noun, readOnly, onChange, onEnter } = props;
  const label = entry.name === "" ? `${noun} ${index + 1}` : entry.name;
  const move = (by: number) => onChange(index, entry, index + by);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && last) onEnter();
    else if (event.altKey && event.key === "ArrowUp" && index > 0) move(-1);
    else if (event.altKey && event.key === "ArrowDown" && !last) move(1);
    else return;
    event.preventDefault();
  };
  return (
    <li className="flex flex-col gap-1.5 p-2">
      <div className="flex items-center gap-1">
        <Input
          data-name
          mono
          aria-label={`Name of ${noun} ${index + 1}`}
          placeholder="name"
          value={entry.name}
          readOnly={readOnly}
          spellCheck={false}
          autoComplete="off"
          onKeyDown={readOnly ? undefined : onKeyDown}
          onChange={(event) => onChange(index, { ...entry, name: event.target.value })}
          className="h-7! flex-[1_1_50%] px-2!"
        />
        <span className="min-w-0 flex-[1_1_40%] pl-1 empty:hidden">
          <MappingPreview value={entry.value} only="value" />
        </span>
        {!readOnly && (
          <>
            <Menu trigger={<IconButton icon={EllipsisVertical} label={`Move ${label}`} size="sm" />}>
              <MenuItem icon={ArrowUp} disabled={index === 0} keys={["Alt", "↑"]} onSelect={() => move(-1)}>
                Move up
              </MenuItem>
              <MenuItem icon={ArrowDown} disabled={last} keys={["Alt", "↓"]} onSelect={() => move(1)}>
                Move down
              </MenuItem>
            </Menu>
            <IconButton icon={X} label={`Remove ${label}`} size="sm" onClick={() => onChange(index, null)} />
          </>
        )}
      </div>
      <MappingControl
        preview={false}
        label={label}
        value={entry.value}
        onChange={(value: Mapping) => onChange(index, { ...entry, value })}
      />
    </li>
  );
});
