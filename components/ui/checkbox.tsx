"use client";

import { Check, Minus } from "lucide-react";
import { type ComponentProps, type ReactNode, useId } from "react";
import { cx } from "./cx";

export type CheckboxProps = Omit<ComponentProps<"input">, "type" | "size"> & {
  label?: ReactNode;
  hint?: ReactNode;
  onCheckedChange?: (checked: boolean) => void;
  /** Some but not all of what it stands for. */
  indeterminate?: boolean;
};

/** Yes or no, sent with its form. Without `label` it needs an `aria-label`. */
export function Checkbox({ label, hint, onCheckedChange, indeterminate = false, className, ...props }: CheckboxProps) {
  const ownId = useId();
  const id = props.id ?? ownId;
  return (
    <div className={cx("flex items-start gap-1.5", className)}>
      <span className="relative inline-grid size-6 shrink-0 place-items-center">
        <input
          aria-describedby={hint ? `${id}-hint` : undefined}
          {...props}
          id={id}
          type="checkbox"
          ref={(input) => {
            if (input) input.indeterminate = indeterminate;
          }}
          onChange={(event) => {
            props.onChange?.(event);
            onCheckedChange?.(event.target.checked);
          }}
          className="peer absolute size-4 cursor-pointer appearance-none rounded-sm border border-edge bg-surface transition-colors checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent disabled:cursor-not-allowed disabled:opacity-55"
        />
        {indeterminate ? (
          <Minus aria-hidden strokeWidth={3} className="pointer-events-none relative size-3 text-on-accent" />
        ) : (
          <Check
            aria-hidden
            strokeWidth={3}
            className="pointer-events-none relative size-3 text-on-accent opacity-0 peer-checked:opacity-100"
          />
        )}
      </span>
      {label && (
        <div className="min-w-0 pt-0.5">
          <label htmlFor={id} className="cursor-pointer">
            {label}
          </label>
          {hint && (
            <p id={`${id}-hint`} className="text-sm text-muted">
              {hint}
            </p>
          )}
        </div>
      )}
    </div>
  );
}
