import type { Json } from "@/lib/core/json";
import type { ConsoleLine } from "@/lib/core/script";
import type { ScriptError } from "@/lib/script/job";
import type { OutsideRequest } from "@/lib/steps/types";
import type { ScriptedCall } from "./scripted-call";

/** What a run needs next, or how it ended. Times are milliseconds since 1970. */
export type Advance =
  /** With `scripted` the call is made with the step's scripts around it, and ends by `scripted()`. */
  | { kind: "call"; stepId: string; visit: number; request: OutsideRequest; scripted?: ScriptedCall }
  /** Compute the expressions that a step's settings are mapped from; it goes on by `computed()`. */
  | { kind: "expressions"; stepId: string; visit: number; codes: string[] }
  /** Run the code of a Script step; it ends by `scripted()`. */
  | { kind: "script"; stepId: string; visit: number; code: string; exit: string }
  /** `short`: only a retry that is due soon; wait for it in memory. */
  | { kind: "wait"; until: number; short: boolean }
  /** Nothing is left to do before a request comes. */
  | { kind: "held" }
  | { kind: "completed" }
  | { kind: "failed"; error: string; stepId: string; stopCycle: boolean };

/** How a run ended by itself. */
export type Ended = Extract<Advance, { kind: "completed" | "failed" }>;

/** What came of a step's expressions. */
export type ComputedExpressions = {
  values: (Json | undefined)[];
  console: readonly ConsoleLine[];
  error: ScriptError | null;
};
