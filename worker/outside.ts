import { StepError } from "@/lib/core/errors";
import type { Caller } from "@/lib/http/call";
import type { ClaimedJob } from "@/lib/queue/claim";
import type { OutsideRequest, OutsideResponse } from "@/lib/steps/types";
import type { TracedTurn } from "@/lib/tracing/turn";
import type { Advance } from "./engine/advance";
import type { RunClock } from "./engine/run-start";
import { makeScriptedCall } from "./engine/scripted-call";
import type { TransactionRun } from "./engine/transaction-run";
import type { RunControl } from "./run-control";
import { computeExpressions, runScriptStep, ScriptBrokenOff, StepScripts } from "./scripts";

export type OutsideParts = {
  job: ClaimedJob;
  control: RunControl;
  turn: TracedTurn | undefined;
  caller: Caller;
  clock: RunClock;
};

type Visit = { stepId: string; visit: number };

/** Does for a run what can't be done within it, and reports what came of it: outside calls, and scripts. */
export class Outside {
  readonly #parts: OutsideParts;

  constructor(parts: OutsideParts) {
    this.#parts = parts;
  }

  /** Makes a call, with the step's scripts around it where it has some. */
  async call(run: TransactionRun, call: Extract<Advance, { kind: "call" }>): Promise<void> {
    const { signal } = this.#parts.control;
    const { request, scripted } = call;
    try {
      if (!scripted) return run.answered(await this.#send(request, call));
      const scripts = this.#scripts(run, call);
      const { code } = scripted.script;
      const end = await makeScriptedCall(scripted, {
        send: (changed) => this.#send(changed, call),
        run: (event, globals) => scripts.run(event, code, globals),
      });
      run.scripted(end);
    } catch (error) {
      if (signal.aborted || error instanceof ScriptBrokenOff) return run.callBrokenOff();
      if (!(error instanceof StepError)) throw error;
      run.failed(error);
    }
  }

  /** Runs the code of a Script step. */
  async script(run: TransactionRun, next: Extract<Advance, { kind: "script" }>): Promise<void> {
    try {
      run.scripted(await runScriptStep(this.#scripts(run, next), next, run.scriptData.steps));
    } catch (error) {
      if (!(error instanceof ScriptBrokenOff)) throw error;
      run.callBrokenOff();
    }
  }

  /** Computes the expressions that a step's settings are mapped from. */
  async expressions(run: TransactionRun, next: Extract<Advance, { kind: "expressions" }>): Promise<void> {
    try {
      run.computed(await computeExpressions(this.#scripts(run, next), next.codes, run.scriptData.steps));
    } catch (error) {
      if (!(error instanceof ScriptBrokenOff)) throw error;
      run.callBrokenOff();
    }
  }

  async #send(request: OutsideRequest, { stepId, visit }: Visit): Promise<OutsideResponse> {
    const { job, control, turn, caller } = this.#parts;
    const { signal } = control;
    const call = { stepId, visit, method: request.method, url: request.url };
    try {
      const idempotencyKey = `${job.transactionId}-${stepId}-${visit}`;
      const traceparent = turn?.traceparent(stepId, visit);
      const answer = await caller.call(request, { signal, idempotencyKey, traceparent });
      turn?.called({ ...call, status: answer.status });
      return answer;
    } catch (error) {
      if (!signal.aborted && error instanceof StepError) turn?.called({ ...call, status: undefined });
      throw error;
    }
  }

  #scripts(run: TransactionRun, { stepId, visit }: Visit): StepScripts {
    const { job, control, clock } = this.#parts;
    const variables = run.scriptData.cycle_variables;
    return new StepScripts({ ...job, stepId, visit, variables, nowMs: clock.now() }, control);
  }
}
