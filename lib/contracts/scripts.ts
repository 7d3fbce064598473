import { z } from "zod";
import { MAX_SCRIPT_CHARS, ScriptConsole } from "@/lib/core/script";
import { scriptEvents } from "@/lib/script/job";
import { Id } from "./common";

const Code = z.string().max(MAX_SCRIPT_CHARS, "Scripts have 100,000 characters at most");

export const ScriptEventName = z.enum(scriptEvents);

export const ScriptErrorView = z.object({
  /** `busy`: too many scripts are waiting, so this one was not run; asking again later can help. */
  kind: z.enum(["syntax", "thrown", "timeout", "memory", "stack", "too-large", "broken", "busy"]),
  message: z.string(),
  /** Place in the code, from 1; null when it isn't known. */
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
});
export type ScriptErrorView = z.infer<typeof ScriptErrorView>;

/** `events`: functions of events; `step`: the body of a Script step; `expression`: that of a mapping. */
export const CheckScriptInput = z.object({ form: z.enum(["events", "step", "expression"]), code: Code });
export type CheckScriptInput = z.infer<typeof CheckScriptInput>;

/** What a look at code says, without running it. `events`: those whose functions it declares. */
export const ScriptCheckView = z.object({ error: ScriptErrorView.nullable(), events: z.array(ScriptEventName) });
export type ScriptCheckView = z.infer<typeof ScriptCheckView>;

/**
 * Code to try for a step of the draft. What it gets is made as in a real run: from the recorded request `receiptId`
 * (webhook steps), else from `sample`, else from the samples that the step or the steps before it have. `sample` is, for
 * `before_webhook` and `after_webhook`, the step's data `{ body, query, headers, method? }`; for `before_action` the
 * request `{ method, url, headers, body }`; for `after_action` and `after_error` the answer `{ status, headers, body }`;
 * for `step` and `expression` the data of the steps before it, by their ids.
 */
export const TryScriptInput = z.object({
  code: Code,
  entry: z.enum([...scriptEvents, "step", "expression"]),
  receiptId: Id.optional(),
  sample: z.json().optional(),
});
export type TryScriptInput = z.infer<typeof TryScriptInput>;

const Globals = z.record(z.string(), z.json());

/** What came of a try. Nothing of it is kept, and nothing was called. */
export const ScriptTrialView = z.object({
  /** False when the code declares no function of the event: nothing was run. */
  declared: z.boolean(),
  /** What the function returned; left out when it returned nothing. */
  returned: z.json().optional(),
  /** It returned `false`. */
  stopped: z.boolean(),
  console: ScriptConsole,
  /** There were more lines than `console` holds. */
  consoleIsCut: z.boolean(),
  /** The globals that the script was given, and as it left them. */
  before: Globals,
  after: Globals,
  error: ScriptErrorView.nullable(),
  cpuMs: z.number(),
  /** One sentence: what Spoke would do after this. */
  effect: z.string(),
});
export type ScriptTrialView = z.infer<typeof ScriptTrialView>;
