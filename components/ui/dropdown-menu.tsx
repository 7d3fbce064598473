"use client";

import { Check, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";
import { Kbd } from "./kbd";

const itemClass =
  "focus-inset flex min-h-8 w-full cursor-pointer items-center gap-2 rounded-sm px-2 py-1 text-left text-base select-none " +
  "data-[highlighted]:bg-hover data-[disabled]:cursor-not-allowed data-[disabled]:opacity-55";

export type MenuProps = {
  /** One element that takes a ref and can be focused, mostly a `Button`. */
  trigger: ReactNode;
  /** The name for a screen reader, when the trigger's text does not say it. */
  label?: string;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  className?: string;
  children: ReactNode;
};

/** A menu of actions. Arrow keys move, letters jump, Escape closes. */
export function Menu({
  trigger,
  label,
  align = "end",
  side = "bottom",
  open,
  onOpenChange,
  className,
  children,
}: MenuProps) {
  return (
    <DropdownMenu.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          {...(label ? { "aria-label": label, "aria-labelledby": undefined } : {})}
          loop
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 max-w-80 overflow-y-auto rounded-md border bg-raised p-1 shadow-float animate-float-in scroll-thin",
            className,
          )}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export type MenuItemProps = {
  icon?: LucideIcon;
  /** Goes somewhere; without it, `onSelect` does something. */
  href?: string;
  onSelect?: () => void;
  keys?: string[];
  /** A second line, e.g. why it is disabled. */
  hint?: ReactNode;
  tone?: "danger";
  disabled?: boolean;
  children: ReactNode;
};

/** One action of a menu. */
export function MenuItem({ icon: Icon, href, onSelect, keys, hint, tone, disabled, children }: MenuItemProps) {
  const className = cx(itemClass, tone === "danger" && "text-failed-fg");
  const content = (
    <>
      {Icon && <Icon aria-hidden className={cx("size-4 shrink-0", tone !== "danger" && "text-muted")} />}
      <span className="min-w-0 flex-1">
        <span title={typeof children === "string" ? children : undefined} className="block truncate">
          {children}
        </span>
        {hint && <span className="block text-sm text-muted">{hint}</span>}
      </span>
      {keys && <Kbd keys={keys} />}
    </>
  );
  if (href) {
    return (
      <DropdownMenu.Item asChild disabled={disabled} onSelect={onSelect}>
        <Link href={href} className={className}>
          {content}
        </Link>
      </DropdownMenu.Item>
    );
  }
  return (
    <DropdownMenu.Item disabled={disabled} onSelect={onSelect} className={className}>
      {content}
    </DropdownMenu.Item>
  );
}

export type MenuChoicesProps = {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  options: readonly { value: string; label: string; icon?: LucideIcon; disabled?: boolean }[];
};

/** A group of a menu of which one is chosen. */
export function MenuChoices({ label, value, onValueChange, options }: MenuChoicesProps) {
  return (
    <DropdownMenu.RadioGroup aria-label={label} value={value} onValueChange={onValueChange}>
      {options.map(({ icon: Icon, ...option }) => (
        <DropdownMenu.RadioItem
          key={option.value}
          value={option.value}
          disabled={option.disabled}
          className={itemClass}
        >
          {Icon && <Icon aria-hidden className="size-4 shrink-0 text-muted" />}
          <span title={option.label} className="min-w-0 flex-1 truncate">
            {option.label}
          </span>
          <DropdownMenu.ItemIndicator>
            <Check aria-hidden className="size-4 text-accent-fg" />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

/** The heading of a group in a menu. */
export function MenuLabel({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="truncate px-2 pt-1.5 pb-1 text-xs text-muted">{children}</DropdownMenu.Label>;
}

/** A line between groups of a menu. */
export function MenuSeparator() {
  return <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />;
}
