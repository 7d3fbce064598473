import type { StepRunner } from "../types";
import type { syncResponse } from "./definition";
import { buildResponse } from "./response";

/** Builds the answer for the caller. */
export const runSyncResponse: StepRunner<typeof syncResponse> = ({ settings }) => {
  const response = buildResponse(settings);
  return { kind: "respond", exit: "next", response, output: response };
};
