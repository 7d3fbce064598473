/** How a transaction left its worker, or where it stands while it stays there. */
export type Halt =
  | { kind: "completed" }
  | { kind: "failed"; error: string; stepId: string | null }
  | { kind: "cancelled" }
  /** Nothing is ready before a time, in milliseconds since 1970. */
  | { kind: "waiting"; until: number }
  /** Nothing is ready before a request comes. */
  | { kind: "held" }
  /** Given back at a step boundary: its cycle was stopped, or the worker ends. */
  | { kind: "given-back" }
  /** Goes on here; what it has done so far is stored. */
  | { kind: "checkpoint" };

export type Decision = {
  state: "COMPLETED" | "FAILED" | "CANCELLED" | "WAITING" | "HELD" | "QUEUED" | "RUNNING";
  job: "delete" | "wait" | "ready" | "keep";
  ended: boolean;
  /** Not before, in milliseconds since 1970; null leaves it. */
  runAt: number | null;
  error: string | null;
  errorStepId: string | null;
};

const nothing = { ended: false, runAt: null, error: null, errorStepId: null } as const;

/** What becomes of a transaction and its job (docs/states.md). */
export function decide(halt: Halt): Decision {
  switch (halt.kind) {
    case "completed":
      return { ...nothing, state: "COMPLETED", job: "delete", ended: true };
    case "failed":
      return { ...nothing, state: "FAILED", job: "delete", ended: true, error: halt.error, errorStepId: halt.stepId };
    case "cancelled":
      return { ...nothing, state: "CANCELLED", job: "delete", ended: true };
    case "waiting":
      return { ...nothing, state: "WAITING", job: "wait", runAt: halt.until };
    case "held":
      return { ...nothing, state: "HELD", job: "delete" };
    case "given-back":
      return { ...nothing, state: "QUEUED", job: "ready" };
    case "checkpoint":
      return { ...nothing, state: "RUNNING", job: "keep" };
    default:
      return halt satisfies never;
  }
}
