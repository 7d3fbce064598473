import { timeOfUuid7 } from "@/lib/core/uuid7-range";

const PAGE_SIZE = 50;

/**
 * How far back a search has looked that stopped before its page was full and can go on; undefined when it found a page, or
 * everything there is.
 */
export function searchedBackTo(
  pages: readonly { entries: readonly unknown[]; next: string | null }[] | undefined,
): Date | undefined {
  const last = pages?.at(-1);
  if (!last || last.next === null || last.entries.length >= PAGE_SIZE) return undefined;
  return new Date(timeOfUuid7(last.next));
}
