import { StepError } from "@/lib/core/errors";
import type { ScriptError, ScriptEvent } from "@/lib/script/job";

/** What a failed script is called in a sentence: "The script", or the function of an event. */
const subjectOf = (event: ScriptEvent | null) => (event === null ? "The script" : `${event}()`);

/** One sentence on what failed, with its line. `event` is null for the code of a Script step. */
export function scriptFailure(event: ScriptEvent | null, { message, line, kind }: ScriptError): string {
  const where = line === undefined ? "" : ` in line ${line}`;
  return kind === "busy"
    ? `${subjectOf(event)} was not run: ${message}.`
    : `${subjectOf(event)} failed${where}: ${message}`;
}

/** Most expressions that one sentence names. */
const NAMED_PLACES = 3;

const placesInWords = (places: readonly string[]): string =>
  places.slice(0, NAMED_PLACES).join(", ") + (places.length > NAMED_PLACES ? ", …" : "");

/**
 * One sentence on a mapping whose expression failed, and one on what to do. `places` says which mappings it can be: "total in Body
 * fields".
 */
export function expressionFailure(places: readonly string[], { kind, message, line }: ScriptError): string {
  const subject = `${places.length === 1 ? "The script expression" : "One of the script expressions"} of ${placesInWords(places)}`;
  const where = line === undefined ? "" : ` in line ${line}`;
  const said = message.replace(/\.$/, "");
  if (kind === "busy") return `${subject} was not run: ${said}. Replay the transaction later.`;
  const isWrong = kind === "syntax" || kind === "thrown";
  return `${subject} failed${where}: ${said}. ${isWrong ? "Correct it in Step Setup." : "Make it do less in Step Setup."}`;
}

/** The error of a step of which a mapping's expression failed. */
export function expressionStepError(places: readonly string[], error: ScriptError): StepError {
  const { code, detail, retryable } = scriptStepError(null, error);
  return new StepError(code, expressionFailure(places, error), { detail, retryable });
}

/** The error of a step whose script failed. Trying again helps only where it was not run at all. */
export function scriptStepError(event: ScriptEvent | null, error: ScriptError): StepError {
  const isLimit = error.kind !== "syntax" && error.kind !== "thrown" && error.kind !== "busy";
  const code = error.kind === "busy" ? "script_busy" : isLimit ? "script_limit" : "script_failed";
  return new StepError(code, scriptFailure(event, error), { detail: error.stack, retryable: error.kind === "busy" });
}
