"use client";

import type { ComponentProps } from "react";
import { cx } from "./cx";
import { useFieldControl } from "./field";
import { controlClass } from "./input";

export type TextareaProps = ComponentProps<"textarea"> & { mono?: boolean };

/** Text of several lines. It grows with what is typed, up to 24 lines, where the browser can do that. */
export function Textarea({ mono, className, rows = 3, ...props }: TextareaProps) {
  const control = useFieldControl(props);
  return (
    <textarea
      rows={rows}
      {...props}
      {...control}
      className={cx(
        controlClass,
        "field-sizing-content max-h-120 min-h-16 px-2.5 py-1.5 scroll-thin",
        mono && "font-mono sm:text-sm",
        className,
      )}
    />
  );
}
