"use client";
import { resolveMergeValue } from "@/lib/core/merge-text";
import { readerOf, textProblem, useFieldScope } from "./field-scope";
import { ValuePreview } from "./value-preview";

/** What a text with merge fields comes to in the sample; nothing for a text without. */
export function MergePreview({ text }: { text: string }) {
  const scope = useFieldScope();
  if (!text.includes("{{") || textProblem(scope, text)) return null;
  return <ValuePreview value={resolveMergeValue(text, readerOf(scope))} />;
}
