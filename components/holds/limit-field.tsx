"use client";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

/** A limit as it was typed; blank is none. */
export const limitIn = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** A limit as it is typed. */
export const limitText = (limit: number | null): string => (limit === null ? "" : String(limit));

export type LimitFieldProps = {
  label: string;
  hint: string;
  error: string | undefined;
  value: string;
  readOnly?: boolean;
  onChange: (value: string) => void;
};

/** A limit that may be left empty. */
export function LimitField({ label, hint, error, value, readOnly, onChange }: LimitFieldProps) {
  return (
    <Field label={label} optional hint={hint} error={error}>
      <Input
        type="number"
        inputMode="numeric"
        min={1}
        value={value}
        readOnly={readOnly}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
