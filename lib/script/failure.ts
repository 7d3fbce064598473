import type { ScriptError, ScriptErrorKind, ScriptLimits } from "./job";
import type { Source } from "./source";

/** The name of the script's code in stacks. */
export const FILE_NAME = "script";

const FRAME = /^\s*at (?:(.*?) \()?script(?::(\d+))?(?::(\d+))?\)?$/;

/** Reads what `describe` of the realm says of an error. */
export function readFailure(text: string, source: Source): ScriptError {
  const [name, message, stack] = text.split("\n").map((line) => JSON.parse(line) as string) as [string, string, string];
  const frames = framesOf(stack, source);
  const [first] = frames;
  return {
    kind: kindOf(name, message),
    message: name === "" || name === "Error" || name === "InternalError" ? message || "Error" : `${name}: ${message}`,
    ...(first && { line: first.line, column: first.column }),
    ...(frames.length > 0 && {
      stack: frames.map(({ name, line, column }) => `${name} (${line}:${column})`).join("\n"),
    }),
  };
}

function kindOf(name: string, message: string): ScriptErrorKind {
  if (name === "InternalError" && message === "out of memory") return "memory";
  if (name === "InternalError" && message === "interrupted") return "timeout";
  if (name === "RangeError" && message === "Maximum call stack size exceeded") return "stack";
  return "thrown";
}

/** The calls inside of the script, ours left out. */
function framesOf(stack: string, { shift, lines }: Source) {
  return stack.split("\n").flatMap((text) => {
    const match = FRAME.exec(text);
    if (!match?.[2]) return [];
    const line = Number(match[2]);
    const column = Math.max(1, Number(match[3] ?? 1) - (line === 1 ? shift : 0));
    const name = match[1] === undefined || match[1] === "<eval>" || match[1] === "<anonymous>" ? "script" : match[1];
    // What is missing at the end is found after it, in what stands around the code.
    return [{ name, line: Math.min(line, lines), column }];
  });
}

/** The errors of the limits, in words for the people who write the script. */
export const limitErrors = {
  timeout: (cpuMs: number): ScriptError => ({ kind: "timeout", message: `The script took longer than ${cpuMs} ms` }),
  memory: (bytes: number): ScriptError => ({
    kind: "memory",
    message: `The script needs more memory than ${Math.round(bytes / 2 ** 20)} MiB`,
  }),
  stack: (): ScriptError => ({
    kind: "stack",
    message: "The script calls itself too deep, or its data is nested too deep",
  }),
  tooNested: (reason: string): ScriptError => ({
    kind: "too-large",
    message: `What the script gives back is too large: ${reason}`,
  }),
  broken: (): ScriptError => ({ kind: "broken", message: "The script ended the thread that ran it, twice" }),
  tooLarge: (chars: number): ScriptError => ({
    kind: "too-large",
    message: `What the script gives back is larger than ${chars} characters`,
  }),
};

/** An error of a limit in words that name the limit; others stay as they are. */
export function inWords(error: ScriptError, limits: ScriptLimits): ScriptError {
  if (error.kind === "memory") return { ...error, ...limitErrors.memory(limits.memoryBytes) };
  if (error.kind === "stack") return { ...error, ...limitErrors.stack() };
  return error.kind === "timeout" ? limitErrors.timeout(limits.cpuMs) : error;
}

/** What a script did that QuickJS itself did not survive. */
export function brokenBy(error: unknown, limits: ScriptLimits): ScriptError {
  return error instanceof RangeError ? limitErrors.stack() : limitErrors.memory(limits.memoryBytes);
}
