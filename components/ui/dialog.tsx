"use client";

import { X } from "lucide-react";
import { Dialog as RadixDialog } from "radix-ui";
import { type ReactNode, useState } from "react";
import { buttonClass } from "./button";
import { cx } from "./cx";

export type DialogProps = {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** A button that opens it; leave out when `open` is controlled. */
  trigger?: ReactNode;
  title: ReactNode;
  description?: ReactNode;
  /** sm 400 px, md 560 px, lg 800 px; full: the whole window but for an edge. */
  size?: "sm" | "md" | "lg" | "full";
  /** The buttons at the bottom, the main one last. */
  footer?: ReactNode;
  /** Where the focus goes when it closes; left out: back to where it was. `preventDefault` keeps it from going there. */
  onCloseAutoFocus?: (event: Event) => void;
  children?: ReactNode;
};

const centred = "top-[10dvh] left-1/2 max-h-[80dvh] w-[calc(100vw-2rem)] -translate-x-1/2";
const places = {
  sm: `${centred} max-w-100`,
  md: `${centred} max-w-140`,
  lg: `${centred} max-w-200`,
  full: "inset-2 sm:inset-4",
};

/** The half-transparent layer under everything modal. */
export const overlayClass = "fixed inset-0 z-40 bg-overlay animate-fade-in";

/** A modal window: focus stays inside, Escape closes it, focus returns to where it was. For a form, put the `<form>` in `children`. */
export function Dialog({
  open,
  onOpenChange,
  trigger,
  title,
  description,
  size = "md",
  footer,
  onCloseAutoFocus,
  children,
}: DialogProps) {
  const returnFocus = useReturnFocus(open ?? false);
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <RadixDialog.Trigger asChild>{trigger}</RadixDialog.Trigger>}
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={overlayClass} />
        <RadixDialog.Content
          onOpenAutoFocus={focusFirstField}
          onCloseAutoFocus={(event) => {
            onCloseAutoFocus?.(event);
            if (!event.defaultPrevented) returnFocus(event);
          }}
          {...(description ? {} : { "aria-describedby": undefined })}
          className={cx(
            "fixed z-40 flex flex-col rounded-md border bg-raised shadow-float outline-none animate-fade-in",
            places[size],
          )}
        >
          <header className="pt-4 pr-12 pb-3 pl-4">
            <RadixDialog.Title className="text-lg font-semibold text-balance break-words">{title}</RadixDialog.Title>
            {description && (
              <RadixDialog.Description asChild>
                <div className="mt-1 text-muted">{description}</div>
              </RadixDialog.Description>
            )}
          </header>
          {children && <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-1 pb-4 scroll-thin">{children}</div>}
          {footer && <footer className="flex flex-wrap justify-end gap-2 border-t px-4 py-3">{footer}</footer>}
          <DialogX className="absolute top-3 right-3" />
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** The X in the corner. It comes last, so that the focus starts at what the dialog is about. */
export function DialogX({ className }: { className?: string }) {
  return (
    <RadixDialog.Close aria-label="Close" className={buttonClass("ghost", "none", cx("size-8", className))}>
      <X aria-hidden className="size-4" />
    </RadixDialog.Close>
  );
}

/**
 * Gives the focus back to what had it when a controlled dialog opened. A menu's item is gone by then: its trigger gets it.
 * An `autoFocus` inside the dialog would otherwise make the browser forget where the focus was. What the dialog has removed
 * leaves the focus to the page's `<main>`.
 */
export function useReturnFocus(open: boolean) {
  const [wasOpen, setWasOpen] = useState(false);
  const [opener, setOpener] = useState<HTMLElement | null>(null);
  if (open !== wasOpen) {
    setWasOpen(open);
    if (open) setOpener(focusedElement());
  }
  return (event: Event) => {
    if (!opener) return;
    event.preventDefault();
    if (opener.isConnected) opener.focus();
    else document.querySelector("main")?.focus();
  };
}

function focusedElement(): HTMLElement | null {
  if (typeof document === "undefined" || !(document.activeElement instanceof HTMLElement)) return null;
  const menu = document.activeElement.closest("[role=menu]");
  if (!menu) return document.activeElement === document.body ? null : document.activeElement;
  return document.querySelector<HTMLElement>(`[aria-controls="${CSS.escape(menu.id)}"]`);
}

/** Starts at the first field; where there is none, at the dialog itself, so that it is read from its title on. */
function focusFirstField(event: Event) {
  const content = event.currentTarget as HTMLElement;
  event.preventDefault();
  (content.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select") ?? content).focus();
}

/** Wraps the button that closes the dialog around it. */
export function DialogClose({ children }: { children: ReactNode }) {
  return <RadixDialog.Close asChild>{children}</RadixDialog.Close>;
}
