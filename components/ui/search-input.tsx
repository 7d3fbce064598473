"use client";

import { Search, X } from "lucide-react";
import { useRef } from "react";
import { cx } from "./cx";
import { controlClass } from "./input";

export type SearchInputProps = {
  /** The name for a screen reader, e.g. "Search cycles". Also the placeholder, unless one is given. */
  label: string;
  placeholder?: string;
  value: string;
  onValueChange: (value: string) => void;
  mono?: boolean;
  autoFocus?: boolean;
  className?: string;
};

/** A search box with a button that empties it; Escape empties it too. The caller waits for typing to pause. */
export function SearchInput({
  label,
  placeholder = label,
  value,
  onValueChange,
  mono,
  autoFocus,
  className,
}: SearchInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const clear = () => {
    onValueChange("");
    input.current?.focus();
  };
  return (
    <search className={cx("relative flex min-w-0", className)}>
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" />
      <input
        ref={input}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        aria-label={label}
        placeholder={placeholder}
        value={value}
        // biome-ignore lint/a11y/noAutofocus: only where the page is a search
        autoFocus={autoFocus}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onValueChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || value === "") return;
          event.stopPropagation();
          clear();
        }}
        className={cx(controlClass, "h-8 pr-8 pl-8", mono && "font-mono sm:text-sm")}
      />
      {value !== "" && (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={clear}
          className="focus-inset absolute top-1 right-1 grid size-6 place-items-center rounded-sm text-muted hover:bg-hover hover:text-fg"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </search>
  );
}
