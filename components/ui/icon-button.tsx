"use client";

import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { type ButtonVariant, buttonClass } from "./button";
import { cx } from "./cx";
import { Spinner } from "./spinner";
import { Tooltip } from "./tooltip";

export type IconButtonProps = Omit<ComponentProps<"button">, "children" | "aria-label"> & {
  icon: LucideIcon;
  /** What it does, as a verb: the name for a screen reader and the tooltip. */
  label: string;
  keys?: string[];
  variant?: ButtonVariant;
  size?: "sm" | "md" | "lg";
  loading?: boolean;
  tooltipSide?: "top" | "right" | "bottom" | "left";
};

const sizes = { sm: "size-6", md: "size-8", lg: "size-10" };

/** A button that is only an icon; 24, 32 or 40 px square. */
export function IconButton({
  icon: Icon,
  label,
  keys,
  variant = "ghost",
  size = "md",
  loading = false,
  tooltipSide,
  className,
  onClick,
  type = "button",
  ...props
}: IconButtonProps) {
  return (
    <Tooltip content={label} keys={keys} side={tooltipSide}>
      <button
        {...props}
        type={type}
        aria-label={label}
        aria-busy={loading || undefined}
        aria-disabled={loading || props["aria-disabled"]}
        onClick={loading ? undefined : onClick}
        className={cx(buttonClass(variant, "none"), sizes[size], className)}
      >
        {loading ? <Spinner /> : <Icon aria-hidden className={size === "sm" ? "size-3.5" : "size-4"} />}
      </button>
    </Tooltip>
  );
}
