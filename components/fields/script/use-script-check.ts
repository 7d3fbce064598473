"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAccount } from "@/lib/client/account";
import { scriptCheckQuery } from "@/lib/client/scripts";
import { useDebounced } from "@/lib/client/use-debounced";
import type { ScriptCheckView, ScriptErrorView } from "@/lib/contracts/scripts";
import { MAX_SCRIPT_CHARS } from "@/lib/core/script";
import type { ScriptUse } from "@/lib/steps/types";

const STILL_MS = 350;

export type CheckedScript = {
  /** What the last look said; undefined before the first one and without code. */
  check: ScriptCheckView | undefined;
  /** The error of exactly this code; undefined while it is not known. */
  error: ScriptErrorView | null | undefined;
  isChecking: boolean;
  /** Why the code could not be looked at; what `check` says is older then. */
  failure: string | undefined;
};

/**
 * Looks at code a moment after the last change; a look that is out of date is called off. `skip`: for whoever may not change
 * it there is nothing to look at.
 */
export function useScriptCheck(form: ScriptUse["form"], code: string, { skip }: { skip: boolean }): CheckedScript {
  const settled = useDebounced(code, STILL_MS);
  const empty = code.trim() === "";
  const tooLong = settled.length > MAX_SCRIPT_CHARS;
  const query = useQuery({
    ...scriptCheckQuery(useAccount(), { form, code: settled }),
    enabled: !skip && !empty && settled.trim() !== "" && !tooLong,
  });
  const [last, setLast] = useState<ScriptCheckView>();
  if (query.data && query.data !== last) setLast(query.data);
  if (empty || skip) return { check: undefined, error: null, isChecking: false, failure: undefined };
  const current = settled === code ? query.data : undefined;
  const busy = current?.error?.kind === "busy";
  return {
    check: current ?? last,
    error: busy ? undefined : current?.error,
    isChecking: settled !== code || query.isFetching,
    failure: tooLong
      ? `A script has ${MAX_SCRIPT_CHARS.toLocaleString("en")} characters at most.`
      : query.error?.message,
  };
}
