import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { cx } from "./cx";
import { Spinner } from "./spinner";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";
export type ButtonSize = "sm" | "md" | "lg";

const variants: Record<ButtonVariant, string> = {
  primary: "border-transparent bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "border-edge bg-surface text-fg hover:bg-hover",
  ghost: "border-transparent text-muted hover:bg-hover hover:text-fg",
  danger: "border-transparent bg-danger text-on-danger hover:bg-danger-hover",
};

const sizes: Record<ButtonSize, string> = {
  sm: "h-7 gap-1.5 px-2 text-sm",
  md: "h-8 gap-1.5 px-3 text-base",
  lg: "h-10 gap-2 px-4 text-base",
};

/** The classes of a button, for a link or a trigger that has to look like one. `size` "none" leaves its measures open. */
export function buttonClass(
  variant: ButtonVariant = "secondary",
  size: ButtonSize | "none" = "md",
  className?: string,
): string {
  return cx(
    "inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap transition-colors select-none",
    "aria-disabled:cursor-not-allowed aria-disabled:opacity-55 disabled:cursor-not-allowed disabled:opacity-55",
    variants[variant],
    size !== "none" && sizes[size],
    className,
  );
}

export type ButtonProps = ComponentProps<"button"> & {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: LucideIcon;
  /** Shows a spinner and ignores clicks; the button keeps its focus and its label. */
  loading?: boolean;
};

/** A button. Its label is a verb: "Start", "Publish v7". `type` is "button" unless said otherwise. */
export function Button({
  variant,
  size = "md",
  icon: Icon,
  loading = false,
  className,
  children,
  onClick,
  type = "button",
  ...props
}: ButtonProps) {
  const iconClass = size === "sm" ? "size-3.5 shrink-0" : "size-4 shrink-0";
  return (
    <button
      {...props}
      type={loading ? "button" : type}
      aria-busy={loading || undefined}
      aria-disabled={loading || props["aria-disabled"]}
      onClick={loading ? undefined : onClick}
      className={buttonClass(variant, size, className)}
    >
      {loading ? <Spinner className={iconClass} /> : Icon && <Icon aria-hidden className={iconClass} />}
      {children}
    </button>
  );
}
