"use client";

import { useEffect, useState } from "react";
import { SearchInput, type SearchInputProps } from "@/components/ui/search-input";
import { useDebounced } from "@/lib/client/use-debounced";

export type TextFilterProps = Omit<SearchInputProps, "value" | "onValueChange"> & {
  /** The text in force, mostly from the address. */
  value: string;
  onValueChange: (value: string) => void;
  /** How long typing has to pause, in milliseconds. */
  stillMs?: number;
};

/** More than this at once was not typed but pasted, and is in force at once. */
const PASTED_LENGTH = 4;

/** A search box whose text comes into force once typing pauses, without the spaces around it. */
export function TextFilter({ value, onValueChange, stillMs = 300, ...input }: TextFilterProps) {
  const [typed, setTyped] = useState(value);
  const [sent, setSent] = useState(value);
  const [known, setKnown] = useState(value);
  const settled = useDebounced(typed, stillMs);

  // What was typed here comes back as `value` and is already in sight; anything else (a cleared filter) wins over it.
  if (known !== value) {
    setKnown(value);
    if (value !== sent) {
      setSent(value);
      setTyped(value);
    }
  }

  useEffect(() => {
    const text = settled.trim();
    if (settled !== typed || text === sent) return;
    setSent(text);
    onValueChange(text);
  }, [settled, typed, sent, onValueChange]);

  const take = (text: string) => {
    setTyped(text);
    if (text.length - typed.length < PASTED_LENGTH) return;
    setSent(text.trim());
    onValueChange(text.trim());
  };
  return <SearchInput {...input} value={typed} onValueChange={take} />;
}
