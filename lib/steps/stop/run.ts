import type { StepRunner } from "../types";
import type { stop } from "./definition";

/** Ends the transaction; the message is its output and, when it ends as failed, the transaction's error. */
export const runStop: StepRunner<typeof stop> = ({ settings: { outcome, message } }) => ({
  kind: "end",
  state: outcome === "failed" ? "FAILED" : "COMPLETED",
  message: message === "" ? undefined : message,
  output: message === "" ? undefined : { message },
});
