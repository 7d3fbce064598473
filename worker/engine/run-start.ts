import type { Json } from "@/lib/core/json";
import type { StepRecord, Wait } from "@/lib/core/transaction";
import type { CompiledVersion } from "./compile";

export type RunClock = {
  /** The database's time in milliseconds since 1970. */
  now: () => number;
  /** At least 0 and below 1. */
  random: () => number;
};

/** What a transaction is taken up from. */
export type RunStart = {
  version: CompiledVersion;
  /** The trigger step's data. */
  input: Json;
  /** What the first checkpoints have left; undefined when all of them are in `steps`. */
  summary?: RunSummary;
  /** What the checkpoints since then hold, in order, and the waits of the newest. */
  steps: readonly StepRecord[];
  waits: readonly Wait[];
  /** A response was reached before the newest checkpoint. */
  responded: boolean;
  /** The database's time when all this was read: waits that were over by then are over, whatever the clock says. */
  now: number;
  /** The stored secret of a step, decrypted. */
  secret: (stepId: string, name: string) => string | undefined;
  /** What lets it go on from a step that it has reached. */
  continuation?: PendingContinuation;
};

/** What checkpoints have left, without the waits: a transaction goes on from it as from all of them. Stored as JSON. */
export type RunSummary = {
  steps: readonly SummarisedStep[];
  /** Ids of the steps that are ready, in the plan's order. */
  ready: readonly string[];
};

type SummarisedStep = {
  stepId: string;
  /** How often it has run. */
  visit: number;
  /** The exit by which it was left, null when by none or when it was passed over; not there while it is undecided. */
  exit?: string | null;
  /** What later steps can read of it. */
  output?: Json;
};

/** A request, a person or a timeout that lets a transaction go on from a step that holds. */
export type PendingContinuation = {
  number: number;
  stepId: string;
  /** The step's data; undefined when its time is over. */
  data: Json | undefined;
};
