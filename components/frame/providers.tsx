"use client";

import type { ReactNode } from "react";
import { ToastProvider } from "@/components/ui/toast";
import { TooltipProvider } from "@/components/ui/tooltip";
import { ShortcutsProvider } from "./shortcuts";

/** What every page needs around it: tooltips, messages, the list of shortcuts. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <TooltipProvider>
      <ToastProvider>
        <ShortcutsProvider>{children}</ShortcutsProvider>
      </ToastProvider>
    </TooltipProvider>
  );
}
