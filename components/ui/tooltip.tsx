"use client";

import { Tooltip as RadixTooltip } from "radix-ui";
import type { ReactNode } from "react";
import { Kbd } from "./kbd";

/** Lets neighbouring tooltips open without a new delay. Stands once, around the application. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return <RadixTooltip.Provider delayDuration={350}>{children}</RadixTooltip.Provider>;
}

export type TooltipProps = {
  content: ReactNode;
  /** The shortcut that does the same, e.g. `["Ctrl", "K"]`. */
  keys?: string[];
  side?: "top" | "right" | "bottom" | "left";
  /** One element that takes a ref and can be focused. */
  children: ReactNode;
};

/** A short explanation on hover and on focus. Never the only place where something is said. */
export function Tooltip({ content, keys, side = "bottom", children }: TooltipProps) {
  return (
    <RadixTooltip.Root>
      <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
      <RadixTooltip.Portal>
        <RadixTooltip.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-60 flex max-w-72 animate-fade-in items-center gap-2 rounded-md border bg-raised px-2 py-1 text-xs text-fg shadow-float"
        >
          {content}
          {keys && <Kbd keys={keys} />}
        </RadixTooltip.Content>
      </RadixTooltip.Portal>
    </RadixTooltip.Root>
  );
}
