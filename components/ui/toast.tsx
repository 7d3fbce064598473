"use client";

import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { Toast as RadixToast } from "radix-ui";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { Button } from "./button";
import { cx } from "./cx";
import { IconButton } from "./icon-button";

/** How long a message stays: longer when it offers something to do. Pointing at it or focusing it stops the clock. */
const SHOWN_MS = 5_000;
const SHOWN_WITH_ACTION_MS = 12_000;

export type ToastMessage = {
  /** What happened: `Deleted "Order intake"`. */
  title: string;
  description?: string;
  tone?: "ok" | "failed" | "info";
  /** Mostly "Undo". The keyboard reaches it with F8. */
  action?: { label: string; onAction: () => void };
};

const ToastContext = createContext<((message: ToastMessage) => void) | null>(null);

/** Gives the function that shows a message at the bottom of the screen. */
export function useToast(): (message: ToastMessage) => void {
  const show = useContext(ToastContext);
  if (!show) throw new Error("useToast needs a ToastProvider around it");
  return show;
}

const tones = {
  ok: { icon: CircleCheck, className: "text-ok-fg" },
  failed: { icon: CircleAlert, className: "text-failed-fg" },
  info: { icon: Info, className: "text-info-fg" },
};

/** Shows and announces the messages of everything inside it. Stands once, around the application. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<(ToastMessage & { id: string })[]>([]);
  const show = useCallback((message: ToastMessage) => {
    setToasts((shown) => [...shown.slice(-2), { ...message, id: crypto.randomUUID?.() ?? String(performance.now()) }]);
  }, []);

  return (
    <ToastContext value={show}>
      <RadixToast.Provider duration={SHOWN_MS} swipeDirection="right" label="Message">
        {children}
        {toasts.map((toast) => (
          <ToastView
            key={toast.id}
            toast={toast}
            onClosed={() => setToasts((shown) => shown.filter(({ id }) => id !== toast.id))}
          />
        ))}
        <RadixToast.Viewport
          label="Messages ({hotkey})"
          className="fixed right-0 bottom-0 z-60 flex w-100 max-w-full flex-col gap-2 p-4"
        />
      </RadixToast.Provider>
    </ToastContext>
  );
}

function ToastView({ toast, onClosed }: { toast: ToastMessage; onClosed: () => void }) {
  const { icon: Icon, className } = tones[toast.tone ?? "ok"];
  return (
    <RadixToast.Root
      type={toast.tone === "failed" ? "foreground" : "background"}
      duration={toast.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS}
      onOpenChange={(open) => !open && onClosed()}
      className="flex animate-float-in items-start gap-2.5 rounded-md border bg-raised py-2 pr-2 pl-3 shadow-float"
    >
      <Icon aria-hidden className={cx("mt-1 size-4 shrink-0", className)} />
      <div className="min-w-0 flex-1 py-0.5">
        <RadixToast.Title className="font-medium break-words">{toast.title}</RadixToast.Title>
        {toast.description && (
          <RadixToast.Description className="text-sm text-muted break-words">
            {toast.description}
          </RadixToast.Description>
        )}
      </div>
      {toast.action && (
        <RadixToast.Action asChild altText={toast.action.label}>
          <Button size="sm" onClick={toast.action.onAction}>
            {toast.action.label}
          </Button>
        </RadixToast.Action>
      )}
      <RadixToast.Close asChild>
        <IconButton icon={X} label="Close" size="sm" className="mt-0.5" />
      </RadixToast.Close>
    </RadixToast.Root>
  );
}
