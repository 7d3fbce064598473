import type { ConsoleLine, JobEntry, ScriptError, ScriptEvent, ScriptForm, ScriptLimits } from "./job";

/** What a thread is asked to run; values travel as JSON text. */
export type RunRequest = {
  task: "run";
  accountId: string;
  entry: JobEntry;
  code: string;
  globals: Record<string, string>;
  nowMs: number;
  seed: string;
  limits: ScriptLimits;
};

export type CheckRequest = { task: "check"; code: string; form: ScriptForm };

export type ThreadRequest = RunRequest | CheckRequest;

export type RunReply = {
  declared: boolean;
  /** JSON text; empty for nothing. */
  returned: string;
  /** JSON text of the globals that the script read or wrote; the others are as they were. */
  globals: [name: string, text: string][];
  console: ConsoleLine[];
  consoleIsCut: boolean;
  cpuMs: number;
  error: ScriptError | null;
};

export type CheckReply = { error: ScriptError | null; events: ScriptEvent[] };

export type ThreadReply = RunReply | CheckReply;

/** Requests that are handed to a thread, which begins them in their order; `first` is the number of the first one. */
export type Batch = { first: number; requests: ThreadRequest[] };

/**
 * `ready`: the thread can take requests, for the first time or again. `replies` are those of the next requests in order, the ones
 * taken back left out; without `isReady` no more may follow until it is ready again.
 */
export type ThreadMessage = { kind: "ready" } | { kind: "replies"; replies: ThreadReply[]; isReady: boolean };
