import { type RefObject, useEffect, useRef } from "react";

const INVALID = '[aria-invalid="true"], [data-invalid] input';

/**
 * Moves the focus to the first field that a refused submit has marked, which also reads its message aloud. Give it
 * something that is new after each refusal.
 */
export function useFocusInvalid(refusal: unknown): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the marks of a new refusal are drawn by then
  useEffect(() => {
    form.current?.querySelector<HTMLElement>(INVALID)?.focus();
  }, [refusal]);
  return form;
}
