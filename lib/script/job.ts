import type { Json } from "@/lib/core/json";
import type { ScriptDataName } from "./globals";

/** The functions that a script of a step may declare, in the order in which a step comes to them. */
export const scriptEvents = [
  "before_webhook",
  "after_webhook",
  "before_action",
  "after_action",
  "after_error",
] as const;

export type ScriptEvent = (typeof scriptEvents)[number];

/**
 * What of the code is run: the function of an event, the body of a Script step (with `return`), or one expression whose
 * value is given back.
 */
export type ScriptEntry = ScriptEvent | "step" | "expression";

/** What a job runs: an entry, or several expressions one after another (expressions.ts). */
export type JobEntry = ScriptEntry | "expressions";

export type ScriptGlobals = { [Name in ScriptDataName]?: Json };

export type ScriptLimits = {
  /** Longest time in the sandbox, in milliseconds, by the clock of the thread. */
  cpuMs: number;
  /** Most memory of the script, what it reads of its data included; 32 MiB at most. */
  memoryBytes: number;
  /** Most characters of JSON that come back, all values together. */
  outputChars: number;
};

export const defaultLimits: ScriptLimits = { cpuMs: 1_000, memoryBytes: 32 * 2 ** 20, outputChars: 10 * 2 ** 20 };

/** One run of a script. */
export type ScriptJob = {
  /** Whose script it is: accounts take turns. */
  accountId: string;
  entry: JobEntry;
  code: string;
  /** The script's data; names that are left out don't exist in the sandbox. */
  globals: ScriptGlobals;
  /** What the script's clock shows, in milliseconds since 1970; it stands still during the run. */
  nowMs: number;
  /** 32 hexadecimal digits that `Math.random` and `uuid` begin from; new ones for each run when it is left out. */
  seed?: string;
  limits?: Partial<ScriptLimits>;
};

export type ScriptErrorKind =
  /** The code can't be read. */
  | "syntax"
  /** The script threw an error, or gave something back that JSON can't say. */
  | "thrown"
  | "timeout"
  | "memory"
  /** It calls itself too deep, or its data is nested too deep. */
  | "stack"
  /** What it gives back is more than `outputChars`, than 100,000 keys or than 100 levels. */
  | "too-large"
  /** The threads that ran it have died, twice. */
  | "broken"
  /** Not run at all: too many runs are waiting. Trying again later can help, with this kind alone. */
  | "busy";

export type ScriptError = {
  kind: ScriptErrorKind;
  /** For the people who write the script. */
  message: string;
  /** Place in the code, from 1. QuickJS knows where calls are; of a failed property access it may give the function's first line. */
  line?: number;
  column?: number;
  /** Of several expressions: which one failed, from 0; left out where that is not known. */
  expression?: number;
  /** Calls inside of the script, innermost first: `name (line:column)`, one a line. */
  stack?: string;
};

export type ConsoleLine = { level: "log" | "debug" | "info" | "warn" | "error"; text: string };

/** What came of a run. A failed one has `error`, and the globals as they were given. */
export type ScriptRun = {
  /** `false` when the code declares no function of the event; nothing else happened then. */
  declared: boolean;
  /** What the function returned, as JSON; `undefined` when it returned nothing. */
  returned: Json | undefined;
  /** The function returned `false`. */
  stopped: boolean;
  /** As the script left them, plain JSON; what it removed or made a function of is null. */
  globals: ScriptGlobals;
  console: ConsoleLine[];
  /** There were more lines than `console` holds: 200, or 32,768 characters. */
  consoleIsCut: boolean;
  cpuMs: number;
  error: ScriptError | null;
};

/** What code is meant to be: functions of events, the body of a Script step, or an expression. */
export type ScriptForm = "events" | "step" | "expression";

/** What a look at code says, without running it. */
export type ScriptCheck = {
  error: ScriptError | null;
  /** Declared at the top level. */
  events: ScriptEvent[];
};
