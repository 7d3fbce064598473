"use client";

import { Check, Copy, TriangleAlert } from "lucide-react";
import { Tooltip as RadixTooltip } from "radix-ui";
import { useEffect, useState } from "react";
import { type ButtonVariant, buttonClass } from "./button";
import { copyText } from "./copy-text";
import { cx } from "./cx";

const SHOWN_MS = 1_600;

export type CopyButtonProps = {
  /** The text, or what makes it when the button is pressed. */
  value: string | (() => string);
  /** What is copied, for a screen reader: "webhook URL". */
  what: string;
  /** A visible label, e.g. "Copy". Without it the button is an icon of 24 px. */
  label?: string;
  variant?: ButtonVariant;
  className?: string;
};

/** Copies a text and says so: "Copied". Says when the browser refuses. */
export function CopyButton({ value, what, label, variant, className }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<"copied" | "refused">();

  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    const copied = await copyText(typeof value === "function" ? value() : value);
    setOutcome(copied ? "copied" : "refused");
  };
  const Icon = outcome === "copied" ? Check : outcome === "refused" ? TriangleAlert : Copy;
  const word = outcome === "copied" ? "Copied" : outcome === "refused" ? "Not copied" : undefined;

  return (
    <RadixTooltip.Root open={word !== undefined && !label}>
      <RadixTooltip.Trigger
        type="button"
        title={`Copy ${what}`}
        aria-label={label ? undefined : `Copy ${what}`}
        onClick={copy}
        className={cx(
          buttonClass(variant ?? (label ? "secondary" : "ghost"), label ? "sm" : "none"),
          !label && "size-6",
          className,
        )}
      >
        <Icon aria-hidden className={cx("size-3.5", outcome === "copied" && "text-ok-fg")} />
        {label && (
          <span className="grid">
            <span className={cx("col-start-1 row-start-1", word && "invisible")}>{label}</span>
            {word && <span className="col-start-1 row-start-1">{word}</span>}
          </span>
        )}
        <span role="status" className="sr-only">
          {word}
        </span>
      </RadixTooltip.Trigger>
      <RadixTooltip.Portal>
        <RadixTooltip.Content
          side="top"
          sideOffset={4}
          className="z-60 rounded-sm border bg-raised px-1.5 py-0.5 text-xs text-fg shadow-float"
        >
          {word}
        </RadixTooltip.Content>
      </RadixTooltip.Portal>
    </RadixTooltip.Root>
  );
}
