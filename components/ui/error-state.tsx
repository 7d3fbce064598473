"use client";

import { CircleAlert, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button";
import { cx } from "./cx";

export type ErrorStateProps = {
  /** What could not be done: "Cycles could not be loaded". */
  title: string;
  /** Why, and what to do. */
  children?: ReactNode;
  onRetry?: () => void;
  retrying?: boolean;
  className?: string;
};

/** What stands where something could not be loaded, with a way to try again. */
export function ErrorState({ title, children, onRetry, retrying, className }: ErrorStateProps) {
  return (
    <div role="alert" className={cx("flex flex-col items-center gap-1 px-4 py-12 text-center", className)}>
      <CircleAlert aria-hidden className="mb-1 size-6 text-failed-fg" />
      <p className="font-semibold">{title}</p>
      {children && <div className="max-w-100 text-muted text-pretty break-words">{children}</div>}
      {onRetry && (
        <Button icon={RotateCw} loading={retrying} onClick={onRetry} className="mt-3">
          Try again
        </Button>
      )}
    </div>
  );
}
