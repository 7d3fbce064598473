"use client";

import type { LucideIcon } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import { cx } from "./cx";

export type SegmentedOption<Value extends string> = {
  value: Value;
  label: string;
  icon?: LucideIcon;
  count?: number;
  disabled?: boolean;
};

export type SegmentedProps<Value extends string> = {
  label: string;
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly SegmentedOption<Value>[];
  /** Icons only; the label becomes the name and the title. */
  iconsOnly?: boolean;
  size?: "sm" | "md";
  className?: string;
};

/** Two to five choices side by side of which one is always chosen: a view, a state to filter by. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { label, value, onValueChange, options, iconsOnly, size = "md", className } = props;
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => next && onValueChange(next as Value)}
      className={cx("inline-flex max-w-full shrink-0 overflow-x-auto rounded-md border bg-subtle p-0.5", className)}
    >
      {options.map(({ icon: Icon, ...option }) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          disabled={option.disabled}
          aria-label={iconsOnly ? option.label : undefined}
          title={iconsOnly ? option.label : undefined}
          className={cx(
            "focus-inset inline-flex shrink-0 items-center justify-center gap-1.5 rounded-sm border border-transparent text-sm text-muted transition-colors hover:text-fg",
            "data-[state=on]:border-edge data-[state=on]:bg-surface data-[state=on]:font-medium data-[state=on]:text-fg disabled:opacity-55",
            size === "sm" ? "h-6" : "h-6.5",
            iconsOnly ? "w-8" : "px-2.5",
          )}
        >
          {Icon && <Icon aria-hidden className="size-3.5 shrink-0" />}
          {!iconsOnly && option.label}
          {option.count !== undefined && (
            <span className="font-normal text-muted">{option.count.toLocaleString("en")}</span>
          )}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
