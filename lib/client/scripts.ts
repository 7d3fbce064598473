"use client";
import { queryOptions, useMutation } from "@tanstack/react-query";
import { type CheckScriptInput, ScriptCheckView, ScriptTrialView, type TryScriptInput } from "@/lib/contracts/scripts";
import { type Account, useAccount } from "./account";

/** What a look at a script says: its error and the events it declares. Code is only ever looked at once. */
export const scriptCheckQuery = ({ api, accountId }: Account, { form, code }: CheckScriptInput) =>
  queryOptions({
    queryKey: [accountId, "scripts", "check", form, code],
    queryFn: ({ signal }) => api.post("/scripts/check", { form, code }, ScriptCheckView, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
    // Without a network the attempt fails at once, and the form says so.
    networkMode: "always",
    enabled: code.trim() !== "",
  });

export type ExpressionToTry = {
  cycleId: string;
  stepId: string;
  code: string;
  /** What the steps before it gave, by their ids, as JSON text; and the cycle's variables. */
  sample: string;
  variables: string;
  /** The server tries expressions of steps, with variables, that it knows. */
  flush: () => Promise<boolean>;
};

/** What an expression of a mapping comes to on a sample. The same one is only ever tried once. */
export const expressionQuery = (
  { api, accountId }: Account,
  { cycleId, stepId, code, sample, variables, flush }: ExpressionToTry,
) =>
  queryOptions({
    queryKey: [accountId, "scripts", "expression", cycleId, stepId, code, sample, variables],
    queryFn: async ({ signal }) => {
      await flush();
      const input: TryScriptInput = {
        code,
        entry: "expression",
        sample: JSON.parse(sample) as TryScriptInput["sample"],
      };
      return api.post(`/cycles/${cycleId}/steps/${stepId}/script-test`, input, ScriptTrialView, { signal });
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
    networkMode: "always",
  });

/** Runs a script for a step of the saved draft and says what came of it; nothing of it is kept. */
export function useTryScript(cycleId: string, stepId: string) {
  const { api } = useAccount();
  return useMutation({
    mutationFn: (input: TryScriptInput) =>
      api.post(`/cycles/${cycleId}/steps/${stepId}/script-test`, input, ScriptTrialView),
  });
}
