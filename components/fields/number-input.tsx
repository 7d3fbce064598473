"use client";
import { useState } from "react";
import { Input } from "@/components/ui/input";

export type NumberInputProps = {
  value: number | null;
  onChange: (value: number | null) => void;
  /** May be left blank. */
  optional?: boolean;
  min?: number;
  max?: number;
  readOnly?: boolean;
  placeholder?: string;
  "aria-label"?: string;
  onBlur?: () => void;
};

/** A number. What is typed and is none yet stays in the box and is not passed on. */
export function NumberInput({ value, onChange, optional = false, readOnly, onBlur, ...props }: NumberInputProps) {
  const [typed, setTyped] = useState<string>();
  const shown = typed ?? (value === null ? "" : String(value));
  const change = (text: string) => {
    setTyped(text);
    const number = text.trim() === "" ? null : Number(text);
    if (number === null ? optional : Number.isFinite(number)) onChange(number);
  };
  return (
    <Input
      {...props}
      type="number"
      inputMode="decimal"
      step="any"
      value={shown}
      readOnly={readOnly}
      onChange={(event) => change(event.target.value)}
      onBlur={() => {
        setTyped(undefined);
        onBlur?.();
      }}
    />
  );
}
