"use client";

import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Popover } from "@/components/ui/popover";
import {
  anyTime,
  fromLocalInput,
  rangeLabel,
  spanNames,
  spans,
  type TimeRange,
  toLocalInput,
} from "@/lib/client/time-range";

export type TimeFilterProps = { range: TimeRange; onRangeChange: (range: TimeRange) => void };

/** Narrows a list to a time: the last while, or from one time to another in the zone of who is looking. */
export function TimeFilter({ range, onRangeChange }: TimeFilterProps) {
  const [open, setOpen] = useState(false);
  const label = rangeLabel(range);
  const choose = (next: TimeRange) => {
    onRangeChange(next);
    setOpen(false);
  };
  return (
    <Popover
      label="Time"
      open={open}
      onOpenChange={setOpen}
      className="w-72 p-3"
      trigger={
        <Button className={cx("max-w-72 font-normal", label && "border-accent-line bg-accent-bg")}>
          <span className="text-muted">Time</span>
          {label && (
            <span suppressHydrationWarning className="min-w-0 truncate font-medium">
              {label}
            </span>
          )}
          <ChevronDown aria-hidden className="size-3.5 shrink-0 text-muted" />
        </Button>
      }
    >
      <div className="grid grid-cols-2 gap-1.5">
        {spanNames.map((span) => (
          <Button
            key={span}
            size="sm"
            aria-pressed={range.span === span}
            className={cx(range.span === span && "border-accent-line bg-accent-bg")}
            onClick={() => choose({ ...anyTime, span })}
          >
            {spans[span].label}
          </Button>
        ))}
      </div>
      <CustomRange key={`${range.from} ${range.to}`} range={range} onChoose={choose} />
    </Popover>
  );
}

function CustomRange({ range, onChoose }: { range: TimeRange; onChoose: (range: TimeRange) => void }) {
  const [from, setFrom] = useState(toLocalInput(range.from));
  const [to, setTo] = useState(toLocalInput(range.to));
  const backwards = from !== "" && to !== "" && from >= to;
  return (
    <form
      className="mt-3 flex flex-col gap-2 border-t pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!backwards) onChoose({ span: "", from: fromLocalInput(from), to: fromLocalInput(to) });
      }}
    >
      <Field label="From">
        <Input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
      </Field>
      <Field label="To" error={backwards && "This is before the beginning."}>
        <Input type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
      </Field>
      <div className="flex justify-between gap-2">
        <Button size="sm" variant="ghost" onClick={() => onChoose(anyTime)}>
          Any time
        </Button>
        <Button size="sm" type="submit">
          Apply
        </Button>
      </div>
    </form>
  );
}
