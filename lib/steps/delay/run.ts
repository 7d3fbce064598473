import type { StepRunner } from "../types";
import { type delay, delayMs } from "./definition";

/** Waits for the set time. */
export const runDelay: StepRunner<typeof delay> = ({ settings }) => ({
  kind: "wait",
  forMs: delayMs(settings),
  exit: "next",
});
