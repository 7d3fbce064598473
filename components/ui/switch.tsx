"use client";

import { Switch as RadixSwitch } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cx } from "./cx";

export type SwitchProps = {
  label: ReactNode;
  hint?: ReactNode;
  /** Keeps the label for screen readers only. */
  labelHidden?: boolean;
  checked?: boolean;
  defaultChecked?: boolean;
  onCheckedChange?: (checked: boolean) => void;
  disabled?: boolean;
  /** Sent with its form as "on". */
  name?: string;
  className?: string;
};

/** On or off, at once: nothing has to be saved afterwards. */
export function Switch({ label, hint, labelHidden, className, ...props }: SwitchProps) {
  const id = useId();
  return (
    <div className={cx("flex items-start gap-2", className)}>
      <span className="inline-flex h-6 shrink-0 items-center">
        <RadixSwitch.Root
          {...props}
          id={id}
          aria-describedby={hint ? `${id}-hint` : undefined}
          className="relative h-6 w-8 before:absolute before:inset-x-0 before:inset-y-0.75 before:rounded-full before:border before:border-edge before:bg-subtle before:transition-colors data-[state=checked]:before:border-accent data-[state=checked]:before:bg-accent disabled:opacity-55"
        >
          <RadixSwitch.Thumb className="absolute top-1.5 left-0.75 block size-3 rounded-full bg-edge transition-transform data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-on-accent" />
        </RadixSwitch.Root>
      </span>
      <div className={cx("min-w-0 pt-0.5", labelHidden && "sr-only")}>
        <label htmlFor={id} className="cursor-pointer">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
