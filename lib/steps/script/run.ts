import type { StepRunner } from "../types";
import type { script } from "./definition";

/** Asks for a run of the code; what it returns is the step's data. */
export const runScriptStep: StepRunner<typeof script> = ({ settings: { code } }) => ({
  kind: "script",
  code: code as string,
  exit: "next",
});
