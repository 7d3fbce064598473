import type { StepRunner } from "../types";
import type { webhook } from "./definition";

/** Goes on at once: the request's data is there before the transaction begins. */
export const runWebhook: StepRunner<typeof webhook> = () => ({ kind: "continue", exit: "next" });
