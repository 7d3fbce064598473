import type { StepRunner } from "../types";
import type { note } from "./definition";

/** Never called: notes are not part of a plan. */
export const runNote: StepRunner<typeof note> = () => {
  throw new Error("A note was run");
};
