"use client";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

/** A limit as it was typed; blank is none. */
export const limitIn = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** A limit as it is typed. */
export const limitText = (limit: number | null): string => (limit === null ? "" : String(limit));

/** Limits of bytes are typed in megabytes. */
const MEGABYTE = 1_000_000;
export const inMegabytes = (bytes: number | null) => (bytes === null ? null : bytes / MEGABYTE);
export const inBytes = (megabytes: number | null) => (megabytes === null ? null : Math.round(megabytes * MEGABYTE));

/** What is kept, beside its limit. */
export const megabytesText = (bytes: number): string => `${(bytes / MEGABYTE).toFixed(1)} MB`;

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
