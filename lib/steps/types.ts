import type { z } from "zod";
import type { Json } from "@/lib/core/json";
import type { Mapping } from "@/lib/core/mapping";
import type { StepRecord, SyncResponse } from "@/lib/core/transaction";
import type { ScriptEvent } from "@/lib/script/job";

/** The sections of the palette, in its order. */
export const stepGroups = ["event", "logic", "data", "action", "note"] as const;
export type StepGroup = (typeof stepGroups)[number];

/**
 * How a field is drawn in Step Setup and, for the mapped kinds, what the engine puts in its place before the step runs:
 * `merge-text` becomes text, `mapping` a value, `named-mappings` a list of { name, value } without the ignored ones,
 * `conditions` the same groups with values on both sides. All other kinds reach the step as they are.
 */
export type FieldKind =
  | "text"
  | "textarea"
  | "number"
  | "select"
  | "switch"
  | "merge-text"
  | "merge-textarea"
  | "mapping"
  | "named-mappings"
  | "conditions"
  | "secret"
  | "sample-fields"
  /** JavaScript for the sandbox; `script` says what it is. */
  | "script"
  /** Drawn by the form of its type. */
  | "own";

export type Settings = Record<string, z.core.util.JSONType>;

/** What the code of a `script` field is: functions of the events that the step comes to, or the body of a Script step. */
export type ScriptUse =
  | { form: "events"; events: readonly ScriptEvent[] }
  | { form: "step" }
  /** The expression of a mapping; no field has this one. */
  | { form: "expression" };

export type Field = {
  key: string;
  label: string;
  kind: FieldKind;
  hint?: string;
  required?: boolean;
  placeholder?: string;
  options?: readonly { value: string; label: string }[];
  min?: number;
  max?: number;
  /** Of the kind `script`. */
  script?: ScriptUse;
  /** Shown, and checked, only where the step stands in the middle of a cycle. */
  midCycle?: boolean;
  /** Shown, and checked, only while this holds. */
  when?: (settings: Settings) => boolean;
};

/** Something missing or wrong in a step, with the field it is about. */
export type FieldProblem = { field: string; message: string };

/** How a record's summary writes mappings and values. */
export type RecordWords = {
  /** Where a value came from: "Order › order.total", or the typed text. */
  mapping: (mapping: Mapping) => string;
  /** A value itself, cut when it is long: `249.9`, `"Ada"`, "nothing". */
  value: (value: z.core.util.JSONType | undefined) => string;
};

/**
 * A kind of step, readable anywhere: engine, canvas, palette, checks and docs read this and never ask for a type's name.
 * `settings` parses what is saved and fills defaults, so a step just added is `settings.parse({})`; what must be filled
 * before a start is said by `problems`.
 */
export type StepDefinition<S = unknown> = {
  type: string;
  label: string;
  /** One sentence for the palette and the docs. */
  description: string;
  group: StepGroup;
  settings: z.ZodType<S>;
  fields: readonly Field[];
  /** Names of the exits, in the order in which they are drawn. Empty: nothing can follow. */
  exits: (settings: S) => readonly string[];
  /** Begins transactions where nothing leads into it; in the middle of a cycle it holds them. */
  trigger?: boolean;
  /** Drawn, but never run and never connected. */
  annotation?: boolean;
  /** Has a webhook URL of its own. */
  webhook?: boolean;
  /** Takes requests only from the addresses on its webhook's list (Webhook.allowedIps). */
  ipFiltered?: boolean;
  /** Answers the caller of a synchronous webhook. */
  responds?: boolean;
  /** Calls outside, so it has *On error*, retries and a timeout. */
  calls?: boolean;
  /** Can fail by itself, so it has *On error*; trying again would change nothing. */
  fallible?: boolean;
  /** What is missing before a start, beyond `required` fields. */
  problems?: (settings: S) => FieldProblem[];
  /** One line of what this step does, for the canvas; merge fields are left as they are stored. */
  summary: (settings: S) => string;
  /** One line of what this step did in a transaction, with its values; nothing where its name says enough. */
  recordSummary?: (settings: S, record: StepRecord, words: RecordWords) => string;
  /** An example of the step's output, for pickers, when no sample is known. */
  example?: (settings: S) => z.core.util.JSONType;
};

/** Declares a step type; only carries the settings' type along. */
export const defineStep = <S>(definition: StepDefinition<S>): StepDefinition<S> => definition;

export type SettingsOf<D> = D extends StepDefinition<infer S> ? S : never;

/** An outside request that a step asks the engine to make. Header names as sent; `body` already encoded. */
export type OutsideRequest = {
  method: string;
  url: string;
  headers: [string, string][];
  body?: string;
  /** Milliseconds for the whole call. */
  timeoutMs: number;
  followRedirects: boolean;
  /** Values to blank out wherever the call is recorded. */
  secrets: string[];
  /** The answer's body is given as text, whatever its type: nothing depends on what it says. */
  bodyAsText?: boolean;
};

/** What came back. `body` is decoded by its content type (lib/core/bodies). */
export type OutsideResponse = {
  status: number;
  headers: [string, string][];
  body: z.core.util.JSONType;
  sizeBytes: number;
  /** What `Retry-After` asks for, in milliseconds. */
  retryAfterMs?: number;
};

/** Functions of events that a step runs around its call. */
export type CallScript = {
  code: string;
  /** What the record shows as the step's input once a script has changed the request. */
  inputOf: (request: OutsideRequest) => z.core.util.JSONType;
  /** What the step makes of an answer that a script let pass, whatever its status. */
  accepted: (response: Pick<OutsideResponse, "status" | "headers" | "body">) => ContinueOutcome;
};

export type ContinueOutcome = {
  kind: "continue";
  exit: string;
  input?: z.core.util.JSONType;
  output?: z.core.util.JSONType;
};

/** What a step tells the engine; anything else does not compile. `input` is what the record shows as the step's input. */
export type StepOutcome =
  | ContinueOutcome
  | { kind: "wait"; forMs: number; exit: string; input?: z.core.util.JSONType; output?: z.core.util.JSONType }
  /**
   * Stays until a request with `value` comes (null: none can), and leaves by the type's first exit with that request's data; or by
   * its second one after `timeoutMs` (null: never).
   */
  | { kind: "hold"; value: string | null; timeoutMs: number | null; input?: z.core.util.JSONType }
  | {
      kind: "call";
      request: OutsideRequest;
      input?: z.core.util.JSONType;
      /** What the step makes of the answer; a StepError counts as a failed try. */
      answered: (response: OutsideResponse) => ContinueOutcome;
      script?: CallScript;
    }
  /** Runs the body of a Script step in the sandbox; what it returns is the step's data. */
  | { kind: "script"; code: string; exit: string; input?: z.core.util.JSONType }
  | {
      kind: "respond";
      exit: string;
      response: SyncResponse;
      input?: z.core.util.JSONType;
      output?: z.core.util.JSONType;
    }
  | {
      kind: "end";
      state: "COMPLETED" | "FAILED";
      message?: string;
      input?: z.core.util.JSONType;
      output?: z.core.util.JSONType;
    };

/** Settings as a runner gets them: mappings replaced by their values, `undefined` where there is none. */
export type Resolved<T> = [T] extends [Mapping]
  ? Json | undefined
  : T extends readonly (infer Item)[]
    ? Resolved<Item>[]
    : T extends object
      ? { [Key in keyof T]: Resolved<T[Key]> }
      : T;

/** A named mapping that has a value. */
export type NamedValue = { name: string; value: Json };

export type StepRun<S> = {
  settings: Resolved<S>;
  /** The stored secret of that name, decrypted; undefined when none is stored. */
  secret: (name: string) => string | undefined;
  /** Milliseconds that an outside call may take. */
  timeoutMs: number;
  /** The transaction begins here, with the data that it was made from. */
  begins: boolean;
};

/** Does a step's work: settings in, an outcome out; throws a StepError when it cannot. */
export type StepRunner<D> = (run: StepRun<SettingsOf<D>>) => StepOutcome;
