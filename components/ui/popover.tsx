"use client";

import { Popover as RadixPopover } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";

export type PopoverProps = {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** One element that takes a ref and can be focused. */
  trigger: ReactNode;
  /** The name for a screen reader. */
  label: string;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  /** Its width and its padding. */
  className?: string;
  children: ReactNode;
};

/** A small floating panel beside its trigger. Not modal: a click outside or Escape closes it. */
export function Popover({
  open,
  onOpenChange,
  trigger,
  label,
  align = "start",
  side = "bottom",
  className = "w-80 p-3",
  children,
}: PopoverProps) {
  return (
    <RadixPopover.Root open={open} onOpenChange={onOpenChange}>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          aria-label={label}
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className={cx(
            "z-50 max-h-(--radix-popover-content-available-height) max-w-[calc(100vw-1rem)] overflow-y-auto rounded-md border bg-raised shadow-float animate-float-in scroll-thin",
            className,
          )}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

/** Closes the popover around it when its child is pressed. */
export function PopoverClose({ children }: { children: ReactNode }) {
  return <RadixPopover.Close asChild>{children}</RadixPopover.Close>;
}
