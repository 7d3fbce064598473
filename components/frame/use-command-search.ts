"use client";

import { useEffect, useState } from "react";

/** One thing the search found. `group` is its heading: "Cycles", "Webhooks". */
export type SearchResult = { group: string; label: string; hint?: string; href: string };

/** Finds things by what was typed. It is called once typing pauses; `signal` is aborted when more is typed. */
export type CommandSearch = (query: string, signal: AbortSignal) => Promise<SearchResult[]>;

const PAUSE_MS = 150;

type Found = { query: string; results: SearchResult[]; failed: boolean };

/** Searches for `query` when typing pauses, and drops answers that come too late. */
export function useCommandSearch(search: CommandSearch | undefined, query: string) {
  const [found, setFound] = useState<Found>({ query: "", results: [], failed: false });
  const wanted = query.trim();

  useEffect(() => {
    if (!search || wanted === "") return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const answer = await search(wanted, abort.signal).then(
        (results) => ({ query: wanted, results, failed: false }),
        () => ({ query: wanted, results: [], failed: true }),
      );
      if (!abort.signal.aborted) setFound(answer);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [search, wanted]);

  if (!search || wanted === "") return { results: [], state: "idle" as const };
  const state = found.query !== wanted ? "searching" : found.failed ? "failed" : "idle";
  return { results: found.results, state } as const;
}
