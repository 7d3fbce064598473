"use client";

import type { ComponentProps } from "react";
import { cx } from "./cx";
import { useFieldControl } from "./field";

/** The frame that every typed control shares. Text is 16 px on a phone, or iOS zooms in on focus. */
export const controlClass =
  "w-full min-w-0 rounded-md border border-edge bg-surface text-fg text-lg sm:text-base transition-colors " +
  "hover:border-muted focus-visible:outline-offset-1 aria-invalid:border-failed-line " +
  "disabled:cursor-not-allowed disabled:bg-subtle disabled:text-faint [&[readonly]]:bg-subtle";

export type InputProps = ComponentProps<"input"> & {
  /** Monospace, for URLs, identifiers and values. */
  mono?: boolean;
};

/** A line of text. Inside a `Field` it is labelled and described by itself. */
export function Input({ mono, className, type = "text", ...props }: InputProps) {
  const control = useFieldControl(props);
  return (
    <input
      type={type}
      {...props}
      {...control}
      className={cx(controlClass, "h-8 px-2.5", mono && "font-mono sm:text-sm", className)}
    />
  );
}
