import { createHash } from "node:crypto";
import type { Json } from "@/lib/core/json";
import { codeOfExpressions, valuesOfExpressions } from "@/lib/script/expressions";
import type { JobEntry, ScriptGlobals, ScriptRun } from "@/lib/script/job";
import { scriptPool } from "@/lib/script/scripts";
import { scriptStepError } from "@/lib/steps/script-error";
import type { ComputedExpressions } from "./engine/advance";
import type { ScriptedEnd } from "./engine/scripted-call";
import type { RunControl } from "./run-control";

/** How often a script is asked for that was not run because too many were waiting, and the wait between. */
const BUSY_TRIES = 12;
const BUSY_WAIT_MS = 1_000;

export type ScriptOwner = {
  accountId: string;
  cycleId: string;
  transactionId: string;
  stepId: string;
  visit: number;
  variables: { [name: string]: Json };
  /** What the scripts' clock shows, in milliseconds since 1970. */
  nowMs: number;
};

/** The transaction shall not go on here, and its script was not run yet. */
export class ScriptBrokenOff extends Error {
  constructor() {
    super("The script was broken off before it was run");
    this.name = "ScriptBrokenOff";
  }
}

/** Runs the scripts of one step of a transaction. */
export class StepScripts {
  readonly #owner: ScriptOwner;
  readonly #control: Pick<RunControl, "halt" | "sleep">;

  constructor(owner: ScriptOwner, control: Pick<RunControl, "halt" | "sleep">) {
    this.#owner = owner;
    this.#control = control;
  }

  /**
   * Runs code with these values beside those that every script has. A repeat of the same visit gets the same random numbers. While
   * the pool is busy it asks again; rejects with ScriptBrokenOff when the transaction shall not go on meanwhile.
   */
  async run(entry: JobEntry, code: string, globals: ScriptGlobals): Promise<ScriptRun> {
    const { accountId, cycleId, transactionId, stepId, visit, variables, nowMs } = this.#owner;
    const own = { cycle_variables: variables, cycle_id: cycleId, step_id: stepId, account_id: accountId };
    const seed = createHash("sha256").update([accountId, cycleId, transactionId, stepId, visit, entry].join(" "));
    const job = {
      accountId,
      entry,
      code,
      globals: { ...own, transaction_id: transactionId, ...globals },
      nowMs,
      seed: seed.digest("hex").slice(0, 32),
    };
    for (let tries = 1; ; tries++) {
      const run = await scriptPool().run(job);
      if (run.error?.kind !== "busy" || tries === BUSY_TRIES) return run;
      await this.#control.sleep(BUSY_WAIT_MS);
      if (this.#control.halt !== undefined) throw new ScriptBrokenOff();
    }
  }
}

/** Runs the code of a Script step on what the steps before it gave. */
export async function runScriptStep(
  scripts: StepScripts,
  { code, exit }: { code: string; exit: string },
  steps: { [stepId: string]: Json },
): Promise<ScriptedEnd> {
  const { error, returned, console } = await scripts.run("step", code, { steps });
  if (error) return { result: scriptStepError(null, error), console };
  return { result: { kind: "continue", exit, output: returned ?? null }, console };
}

/** Computes a step's expressions on what the steps before it gave, all in one run. */
export async function computeExpressions(
  scripts: StepScripts,
  codes: readonly string[],
  steps: { [stepId: string]: Json },
): Promise<ComputedExpressions> {
  const run = await scripts.run("expressions", codeOfExpressions(codes), { steps });
  return { values: run.error ? [] : valuesOfExpressions(run), console: run.console, error: run.error };
}
