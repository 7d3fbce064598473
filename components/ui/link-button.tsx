import type { LucideIcon } from "lucide-react";
import Link from "next/link";
import type { ComponentProps } from "react";
import { type ButtonSize, type ButtonVariant, buttonClass } from "./button";

export type LinkButtonProps = ComponentProps<typeof Link> & {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: LucideIcon;
};

/** A link that looks like a button: it goes somewhere and changes nothing. */
export function LinkButton({ variant, size = "md", icon: Icon, className, children, ...props }: LinkButtonProps) {
  return (
    <Link {...props} className={buttonClass(variant, size, className)}>
      {Icon && <Icon aria-hidden className={size === "sm" ? "size-3.5 shrink-0" : "size-4 shrink-0"} />}
      {children}
    </Link>
  );
}
