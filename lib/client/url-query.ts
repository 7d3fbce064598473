"use client";
import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";

/** The address with some of its query changed; empty values leave it. */
export function withQuery(search: string, changes: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  return query.size > 0 ? `?${query}` : "";
}

/**
 * The filters of a page, kept in its address, so that a reload, a bookmark and the back button keep them.
 *
 * @param names the parameters of the page; each is "" when it is not set
 */
export function useUrlQuery<Name extends string>(names: readonly Name[]) {
  const params = useSearchParams();
  const key = names.map((name) => params.get(name) ?? "").join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is what the values are made from
  const values = useMemo(
    () => Object.fromEntries(names.map((name) => [name, params.get(name) ?? ""])) as Record<Name, string>,
    [key],
  );
  const setValues = useCallback((changes: Partial<Record<Name, string>>) => {
    const { pathname, search } = window.location;
    window.history.replaceState(null, "", pathname + withQuery(search, changes as Record<string, string>));
  }, []);
  return { values, setValues };
}
