import type { Json } from "@/lib/core/json";
import type { ScriptError, ScriptJob, ScriptRun } from "./job";
import type { RunReply } from "./messages";
import { parsePlainJson } from "./plain-json";

/** A run that failed outside of the sandbox, or never began. */
export const failedRun = (job: ScriptJob, error: ScriptError): ScriptRun => ({
  declared: true,
  returned: undefined,
  stopped: false,
  globals: job.globals,
  console: [],
  consoleIsCut: false,
  cpuMs: 0,
  error,
});

/** Turns a thread's reply into the run's result; nothing that a failed script changed is kept. */
export function runOf(job: ScriptJob, reply: RunReply): ScriptRun {
  const { declared, console, consoleIsCut, cpuMs } = reply;
  const failed = (error: ScriptError) => ({ ...failedRun(job, error), declared, console, consoleIsCut, cpuMs });
  if (reply.error) return failed(reply.error);
  const returned = reply.returned === "" ? undefined : parsePlainJson(reply.returned);
  const changed = reply.globals.map(([name, text]): [string, Json] => [name, parsePlainJson(text)]);
  const globals = { ...job.globals, ...Object.fromEntries(changed) };
  const stopped = returned === false;
  return { declared, returned, stopped, globals, console, consoleIsCut, cpuMs, error: null };
}
