"use client";

import { Dialog as RadixDialog } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";
import { DialogX, overlayClass, useReturnFocus } from "./dialog";

export type SheetProps = {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactNode;
  side?: "left" | "right";
  title: ReactNode;
  /** sm 288 px, md 480 px, lg 720 px; never wider than the screen less 40 px. */
  size?: "sm" | "md" | "lg";
  footer?: ReactNode;
  children: ReactNode;
};

const widths = { sm: "w-72", md: "w-120", lg: "w-180" };

/** A modal panel at the left or right edge: details beside a list, the navigation on a phone. Focus returns to where it was. */
export function Sheet({
  open,
  onOpenChange,
  trigger,
  side = "right",
  title,
  size = "md",
  footer,
  children,
}: SheetProps) {
  const returnFocus = useReturnFocus(open ?? false);
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <RadixDialog.Trigger asChild>{trigger}</RadixDialog.Trigger>}
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={overlayClass} />
        <RadixDialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          className={cx(
            "fixed inset-y-0 z-40 flex max-w-[calc(100vw-2.5rem)] flex-col bg-raised shadow-float",
            side === "left" ? "left-0 border-r animate-slide-in-left" : "right-0 border-l animate-slide-in-right",
            widths[size],
          )}
        >
          <header className="flex h-12 shrink-0 items-center border-b pr-12 pl-4">
            <RadixDialog.Title
              title={typeof title === "string" ? title : undefined}
              className="min-w-0 flex-1 truncate font-semibold"
            >
              {title}
            </RadixDialog.Title>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto p-4 scroll-thin">{children}</div>
          {footer && <footer className="flex flex-wrap justify-end gap-2 border-t px-4 py-3">{footer}</footer>}
          <DialogX className="absolute top-2 right-2" />
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
