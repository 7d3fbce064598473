import { createHash } from "node:crypto";
import type { Json } from "@/lib/core/json";
import type { ConsoleLine, ScriptRun } from "./job";
import type { RunReply, RunRequest } from "./messages";

/** The code of a job with the entry `expressions`. */
export const codeOfExpressions = (codes: readonly string[]): string => JSON.stringify(codes);

/** What the expressions of a job that didn't fail came to, in their order; undefined where one has no value. */
export const valuesOfExpressions = ({ returned }: ScriptRun): (Json | undefined)[] =>
  ((returned ?? []) as Json[][]).map(([value]) => value);

/** Most lines of a console that all expressions of a job write together, and their characters. */
const CONSOLE_LINES = 200;
const CONSOLE_CHARS = 32_768;

/**
 * Runs a job's expressions one after another until one fails. `run` gives each a fresh realm, so none sees what another did to its
 * data; random numbers differ from one to the next, and are the same in a repeat.
 */
export function runExpressions(request: RunRequest, run: (one: RunRequest) => RunReply): RunReply {
  const codes = JSON.parse(request.code) as string[];
  const values: string[] = [];
  const console = new JointConsole();
  let cpuMs = 0;
  let error: RunReply["error"] = null;
  for (const [index, code] of codes.entries()) {
    const left = request.limits.outputChars - values.reduce((sum, value) => sum + value.length, 0);
    const limits = { ...request.limits, outputChars: Math.max(0, left) };
    const seed = createHash("sha256").update(`${request.seed} ${index}`).digest("hex").slice(0, 32);
    const reply = run({ ...request, entry: "expression", code, seed, limits });
    console.add(reply);
    ({ cpuMs } = reply);
    values.push(`[${reply.returned}]`);
    if (reply.error) error = { ...reply.error, expression: index };
    if (error) break;
  }
  const returned = error ? "" : `[${values.join(",")}]`;
  return { declared: true, returned, globals: [], console: console.lines, consoleIsCut: console.isCut, cpuMs, error };
}

class JointConsole {
  readonly lines: ConsoleLine[] = [];
  isCut = false;
  #chars = 0;

  add({ console, consoleIsCut }: Pick<RunReply, "console" | "consoleIsCut">): void {
    this.isCut ||= consoleIsCut;
    for (const line of console) {
      if (this.lines.length === CONSOLE_LINES || this.#chars + line.text.length > CONSOLE_CHARS) {
        this.isCut = true;
        return;
      }
      this.#chars += line.text.length;
      this.lines.push(line);
    }
  }
}
