"use client";
import type { Json } from "@/lib/core/json";

const SHOWN_CHARACTERS = 200;

/** A value in one line, as JSON says it. */
export function shortJson(value: Json): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

/** The value that a field has in the sample, or that it has none. */
export function ValuePreview({ value }: { value: Json | undefined }) {
  if (value === undefined) return <span className="block text-xs text-waiting-fg">no value in this sample</span>;
  const text = shortJson(value);
  return (
    <span className="block truncate text-xs text-muted" title={text}>
      <span aria-hidden>= </span>
      <span className="sr-only">In the sample: </span>
      <span className="font-mono">{text}</span>
    </span>
  );
}
