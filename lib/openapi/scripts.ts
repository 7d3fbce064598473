import * as contracts from "@/lib/contracts/scripts";
import type { Operation } from "./operation";

/** Looking at scripts, and trying them. */
export const scriptOperations: Operation[] = [
  {
    id: "checkScript",
    method: "POST",
    path: "/scripts/check",
    summary: "Where a script is wrong and which functions it declares, without running it",
    tag: "Scripts",
    access: "account",
    builder: true,
    input: contracts.CheckScriptInput,
    output: contracts.ScriptCheckView,
  },
  {
    id: "tryScript",
    method: "POST",
    path: "/cycles/{id}/steps/{stepId}/script-test",
    summary: "Run a script for a step of the draft on a sample or a recorded request; nothing is kept",
    tag: "Scripts",
    access: "account",
    builder: true,
    input: contracts.TryScriptInput,
    output: contracts.ScriptTrialView,
  },
];
