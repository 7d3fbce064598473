"use client";

import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { cx } from "./cx";
import { useFieldControl } from "./field";
import { controlClass } from "./input";

export type SelectOption = { value: string; label: string; disabled?: boolean };

export type SelectProps = Omit<ComponentProps<"select">, "size" | "multiple"> & {
  /** Instead of `<option>` children. */
  options?: readonly SelectOption[];
  /** The first, empty choice, e.g. "Choose a condition". */
  placeholder?: string;
  /** `sm` is 28 px high, `md` 32 px. */
  size?: "sm" | "md";
};

/** One of several: the browser's own list, so that it works on every device and in every form. */
export function Select({ options, placeholder, size = "md", className, children, ...props }: SelectProps) {
  const control = useFieldControl(props);
  return (
    <span className={cx("relative inline-flex w-full min-w-0", className)}>
      <select
        {...props}
        {...control}
        className={cx(
          controlClass,
          "appearance-none truncate pr-8",
          size === "sm" ? "h-7 pl-2 sm:text-sm" : "h-8 pl-2.5",
        )}
      >
        {placeholder !== undefined && <option value="">{placeholder}</option>}
        {options?.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
        {children}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2 size-4 -translate-y-1/2 text-muted"
      />
    </span>
  );
}
