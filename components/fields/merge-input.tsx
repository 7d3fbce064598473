"use client";
import { Braces } from "lucide-react";
import { Popover } from "radix-ui";
import { type ChangeEvent, useRef, useState } from "react";
import { cx } from "@/components/ui/cx";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { fromDisplayText, toDisplayText } from "@/lib/core/merge-display";
import { formatMergeText } from "@/lib/core/merge-text";
import type { Path } from "@/lib/core/path";
import { useFieldScope } from "./field-scope";
import { PathPicker } from "./path-picker";

export type MergeInputProps = {
  /** As it is stored: merge fields name steps by their ids. */
  value: string;
  onChange: (value: string) => void;
  /** The name for a screen reader where no Field around it gives one. */
  label?: string;
  multiline?: boolean;
  mono?: boolean;
  placeholder?: string;
  size?: "sm" | "md";
};

type TextBox = HTMLInputElement | HTMLTextAreaElement;

/** Text with merge fields, shown with the names of steps. Typing two braces opens the list of fields. */
export function MergeInput({ value, onChange, label, multiline, mono, placeholder, size = "md" }: MergeInputProps) {
  const { names, readOnly } = useFieldScope();
  const box = useRef<TextBox>(null);
  const [typed, setTyped] = useState<string>();
  const [open, setOpen] = useState(false);
  const [range, setRange] = useState<[number, number]>([0, 0]);
  const toStored = (display: string) => fromDisplayText(display, names.idsByName, names.bodyFirst);
  const display =
    typed !== undefined && toStored(typed) === value ? typed : toDisplayText(value, names.byId, names.bodyFirst);

  const change = (text: string) => {
    setTyped(text);
    onChange(toStored(text));
  };
  const onInput = (event: ChangeEvent<TextBox>) => {
    const { value: text, selectionStart } = event.target;
    const caret = selectionStart ?? text.length;
    const grew = text.length > display.length;
    change(text);
    if (grew && text.slice(caret - 2, caret) === "{{" && !/^[^{}]*\}\}/.test(text.slice(caret))) {
      setRange([caret - 2, caret]);
      setOpen(true);
    }
  };
  const insert = (stepId: string, path: Path) => {
    const field = toDisplayText(formatMergeText([{ stepId, path }]), names.byId, names.bodyFirst);
    const [start, end] = range;
    change(display.slice(0, start) + field + display.slice(end));
    setOpen(false);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(start + field.length, start + field.length);
    });
  };

  const common = {
    value: display,
    onChange: onInput,
    onBlur: () => setTyped(undefined),
    placeholder,
    mono,
    readOnly,
    spellCheck: !mono,
    ...(label ? { "aria-label": label } : {}),
    className: cx(!readOnly && "pr-8!", size === "sm" && "h-7! pl-2! sm:text-sm"),
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Anchor asChild>
        <div className="relative min-w-0 flex-1">
          {multiline ? (
            <Textarea {...common} ref={box as React.Ref<HTMLTextAreaElement>} rows={4} className="pr-8" />
          ) : (
            <Input {...common} ref={box as React.Ref<HTMLInputElement>} />
          )}
          {!readOnly && (
            <button
              type="button"
              aria-label={`Insert a field${label ? ` into ${label}` : ""}`}
              title="Insert a field of an earlier step"
              onClick={() => {
                const { selectionStart, selectionEnd } = box.current ?? {};
                setRange([selectionStart ?? display.length, selectionEnd ?? display.length]);
                setOpen(true);
              }}
              className={cx(
                "focus-inset absolute right-1 grid size-6 place-items-center rounded-sm text-muted hover:bg-hover hover:text-fg",
                size === "sm" ? "top-0.5" : "top-1",
              )}
            >
              <Braces aria-hidden className="size-3.5" />
            </button>
          )}
        </div>
      </Popover.Anchor>
      <PickerContent label="Fields of earlier steps" onClosed={() => box.current?.focus()}>
        <PathPicker onPick={insert} withVariables />
      </PickerContent>
    </Popover.Root>
  );
}

/** The floating panel around a path picker. */
export function PickerContent({
  label,
  onClosed,
  children,
}: {
  label: string;
  onClosed?: () => void;
  children: React.ReactNode;
}) {
  return (
    <Popover.Portal>
      <Popover.Content
        aria-label={label}
        align="end"
        sideOffset={4}
        collisionPadding={8}
        onCloseAutoFocus={(event) => {
          if (!onClosed) return;
          event.preventDefault();
          onClosed();
        }}
        className="z-50 w-105 max-w-[calc(100vw-1rem)] rounded-md border bg-raised p-2 shadow-float animate-float-in"
      >
        {children}
      </Popover.Content>
    </Popover.Portal>
  );
}
