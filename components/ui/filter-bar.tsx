"use client";

import { ChevronDown, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button";
import { cx } from "./cx";
import { Menu, MenuChoices } from "./dropdown-menu";

export type FilterBarProps = {
  /** The name of the group for a screen reader: "Filter transactions". */
  label: string;
  /** Shows "Clear filters". */
  onClear?: () => void;
  /** At the right end: an export, a view switch. */
  end?: ReactNode;
  children: ReactNode;
};

/** The line above a list: a search box, filters, and what clears them. */
export function FilterBar({ label, onClear, end, children }: FilterBarProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would not wrap as a line
    <div role="group" aria-label={label} className="flex flex-wrap items-center gap-2">
      {children}
      {onClear && (
        <Button variant="ghost" icon={X} onClick={onClear}>
          Clear filters
        </Button>
      )}
      {end && <div className="ml-auto flex flex-wrap gap-2">{end}</div>}
    </div>
  );
}

export type FilterMenuProps = {
  /** What it filters by: "State". */
  label: string;
  /** The chosen value; "" is no filter. */
  value: string;
  onValueChange: (value: string) => void;
  options: readonly { value: string; label: string }[];
  /** The words for no filter. */
  anyLabel?: string;
};

/** One filter: a button that says what is chosen and opens the choices. */
export function FilterMenu({ label, value, onValueChange, options, anyLabel = "Any" }: FilterMenuProps) {
  const chosen = options.find((option) => option.value === value);
  return (
    <Menu
      align="start"
      label={label}
      trigger={
        <Button className={cx("max-w-64 font-normal", chosen && "border-accent-line bg-accent-bg")}>
          <span className="text-muted">{label}</span>
          {chosen && <span className="min-w-0 truncate font-medium">{chosen.label}</span>}
          <ChevronDown aria-hidden className="size-3.5 shrink-0 text-muted" />
        </Button>
      }
    >
      <MenuChoices
        label={label}
        value={value}
        onValueChange={onValueChange}
        options={[{ value: "", label: anyLabel }, ...options]}
      />
    </Menu>
  );
}
