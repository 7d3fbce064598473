"use client";

import { type ReactNode, useId } from "react";
import { cx } from "./cx";
import { FieldError } from "./field";

export type RadioOption = { value: string; label: ReactNode; hint?: ReactNode; disabled?: boolean };

export type RadioGroupProps = {
  legend: ReactNode;
  legendHidden?: boolean;
  options: readonly RadioOption[];
  value?: string;
  defaultValue?: string;
  onValueChange?: (value: string) => void;
  /** Form field name; made up when left out. */
  name?: string;
  error?: ReactNode;
  className?: string;
};

/** One of a few choices, all of them in sight, each with room for an explanation. */
export function RadioGroup(props: RadioGroupProps) {
  const { legend, legendHidden, options, value, defaultValue, onValueChange, name, error, className } = props;
  const id = useId();
  return (
    <fieldset
      aria-describedby={error ? `${id}-error` : undefined}
      data-invalid={error ? true : undefined}
      className={cx("flex min-w-0 flex-col gap-1", className)}
    >
      <legend className={legendHidden ? "sr-only" : "mb-1 text-sm font-medium"}>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className="flex cursor-pointer items-start gap-1.5">
          <span className="relative inline-grid size-6 shrink-0 place-items-center">
            <input
              type="radio"
              name={name ?? id}
              value={option.value}
              disabled={option.disabled}
              checked={value === undefined ? undefined : value === option.value}
              defaultChecked={value === undefined ? defaultValue === option.value : undefined}
              onChange={() => onValueChange?.(option.value)}
              aria-describedby={option.hint ? `${id}-${option.value}` : undefined}
              className="peer absolute size-4 appearance-none rounded-full border border-edge bg-surface checked:border-accent checked:bg-accent disabled:opacity-55"
            />
            <span
              aria-hidden
              className="pointer-events-none relative size-1.5 rounded-full bg-on-accent opacity-0 peer-checked:opacity-100"
            />
          </span>
          <span className="min-w-0 pt-0.5">
            {option.label}
            {option.hint && (
              <span id={`${id}-${option.value}`} className="block text-sm text-muted">
                {option.hint}
              </span>
            )}
          </span>
        </label>
      ))}
      <FieldError id={`${id}-error`}>{error}</FieldError>
    </fieldset>
  );
}
