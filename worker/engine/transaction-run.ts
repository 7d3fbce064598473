import { afterFailure } from "@/lib/core/engine/on-failure";
import { Progress } from "@/lib/core/engine/progress";
import { StepError } from "@/lib/core/errors";
import { ERROR_EXIT } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import type { StepRecord, SyncResponse, Wait } from "@/lib/core/transaction";
import { countStep } from "@/lib/metrics/tallies";
import type { OutsideRequest, OutsideResponse, StepOutcome } from "@/lib/steps/types";
import type { CompiledStep, CompiledVersion } from "./compile";
import { type Begun, Parked, type ParkInput, VISIT } from "./parked";
import { attemptOf, errorOf, recordOf, type StepResult, takenBy } from "./record";
import { RunData } from "./run-data";

/** Retries that are due within this time are waited for in memory, in milliseconds. */
export const SHORT_WAIT_MS = 2_000;

export type RunClock = {
  /** The database's time in milliseconds since 1970. */
  now: () => number;
  /** At least 0 and below 1. */
  random: () => number;
};

export type RunStart = {
  version: CompiledVersion;
  /** The trigger step's data. */
  input: Json;
  /** What earlier checkpoints hold, in order, and the waits of the newest. */
  steps: readonly StepRecord[];
  waits: readonly Wait[];
  /** A response was reached before the newest checkpoint. */
  responded: boolean;
  /** The database's time when all this was read: waits that were over by then are over, whatever the clock says. */
  now: number;
  /** The stored secret of a step, decrypted. */
  secret: (stepId: string, name: string) => string | undefined;
};

/** What a run needs next, or how it ended. Times are milliseconds since 1970. */
export type Advance =
  | { kind: "call"; stepId: string; visit: number; request: OutsideRequest }
  /** `short`: only a retry that is due soon; wait for it in memory. */
  | { kind: "wait"; until: number; short: boolean }
  | { kind: "completed" }
  | { kind: "failed"; error: string; stepId: string; stopCycle: boolean };

type CallOutcome = Extract<StepOutcome, { kind: "call" }>;
type Call = Begun & { outcome: CallOutcome; attemptAt: number };

/**
 * One transaction's way through its version, in memory. `advance` runs pure steps until something from outside is needed; after
 * a "call" the caller reports `answered` or `failed` and advances again. Nothing here writes, waits or calls.
 */
export class TransactionRun {
  readonly #version: CompiledVersion;
  readonly #clock: RunClock;
  readonly #secret: RunStart["secret"];
  readonly #progress: Progress;
  readonly #data: RunData;
  readonly #parked = new Parked();
  #records: StepRecord[] = [];
  #call: Call | undefined;
  #end: Advance | undefined;
  #responded: boolean;
  #response: SyncResponse | undefined;
  #unsavedCalls = false;

  constructor(start: RunStart, clock: RunClock) {
    this.#version = start.version;
    this.#clock = clock;
    this.#secret = start.secret;
    this.#responded = start.responded;
    this.#progress = new Progress(start.version.plan);
    this.#data = new RunData(start.version.variables);
    this.#data.set(start.version.plan.steps[start.version.plan.start]!.step.id, start.input);
    for (const record of start.steps) this.#restore(record);
    for (const wait of start.waits) this.#parked.restore(this.#takeStored(wait.stepId), wait, start.now);
  }

  /** What was done since `saved` was called last. */
  get records(): readonly StepRecord[] {
    return this.#records;
  }

  get waits(): Wait[] {
    return this.#parked.waits;
  }

  /** The response reached since `saved` was called last. */
  get response(): SyncResponse | undefined {
    return this.#response;
  }

  /** An outside call was finished, or a response reached, that is not stored: store it before the next call or wait. */
  get mustSave(): boolean {
    return this.#unsavedCalls || this.#response !== undefined;
  }

  /** The step that was begun last, for errors that nobody expected. */
  currentStepId: string | null = null;

  /** Says that records, waits and response up to now are stored. */
  saved(): void {
    this.#records = [];
    this.#response = undefined;
    this.#unsavedCalls = false;
  }

  /** Runs what is ready. Call it again after `answered`, `failed`, or when a wait is over. */
  advance(): Advance {
    while (this.#end === undefined) {
      const due = this.#parked.takeDue(this.#clock.now());
      if (due) {
        this.#begin(due, due.wait.reason === "delay");
      } else {
        const index = this.#progress.take();
        if (index === undefined) return this.#idle();
        this.#begin({ index, startedAt: this.#clock.now(), attempts: [] }, false);
      }
      if (this.#call) {
        const { index, outcome } = this.#call;
        return { kind: "call", stepId: this.#idAt(index), visit: VISIT, request: outcome.request };
      }
    }
    return this.#end;
  }

  /** Reports the answer of the call that `advance` asked for. */
  answered(response: OutsideResponse): void {
    const call = this.#takeCall();
    const step = this.#stepAt(call.index);
    try {
      const outcome = call.outcome.answered(response);
      const attempts = [...call.attempts, attemptOf(call.attemptAt, this.#clock.now())];
      const { input = call.outcome.input, output, exit } = outcome;
      this.#finish({ ...call, attempts }, { outcome: "done", exit, input, output });
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      this.#failTry(step, call, error, call.outcome.input);
    }
  }

  /** Reports that the call that `advance` asked for failed. */
  failed(error: StepError): void {
    const call = this.#takeCall();
    this.#failTry(this.#stepAt(call.index), call, error, call.outcome.input);
  }

  /** Forgets the call that `advance` asked for: it was broken off and will be made again. */
  callBrokenOff(): void {
    const call = this.#takeCall();
    if (call.attempts.length > 0) {
      const at = this.#clock.now();
      this.#park(call, { reason: "retry", until: at, input: call.outcome.input });
    }
  }

  #idAt(index: number): string {
    return this.#version.plan.steps[index]!.step.id;
  }

  #stepAt(index: number): CompiledStep {
    const step = this.#version.steps[index]!;
    if (step instanceof StepError) throw new Error(`Step ${index} was called though it can't run`);
    return step;
  }

  #takeCall(): Call {
    const call = this.#call;
    if (!call) throw new Error("No call is under way");
    this.#call = undefined;
    this.#unsavedCalls = true;
    return call;
  }

  #idle(): Advance {
    const first = this.#parked.first();
    if (!first) return { kind: "completed" };
    const isShort = first.wait.reason === "retry" && first.dueAt - this.#clock.now() <= SHORT_WAIT_MS;
    return { kind: "wait", until: first.dueAt, short: isShort };
  }

  #begin(begun: Begun, delayIsOver: boolean): void {
    const compiled = this.#version.steps[begun.index]!;
    const stepId = this.#idAt(begun.index);
    this.currentStepId = stepId;
    if (compiled instanceof StepError) {
      this.#failStep(begun, compiled);
      return;
    }
    try {
      const outcome = compiled.runner({
        settings: compiled.resolve(this.#data.read),
        secret: (name) => this.#secret(stepId, name),
        timeoutMs: compiled.timeoutMs,
      });
      this.#follow(begun, outcome, delayIsOver);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      this.#failTry(compiled, { ...begun, attemptAt: this.#clock.now() }, error);
    }
  }

  #follow(begun: Begun, outcome: StepOutcome, delayIsOver: boolean): void {
    switch (outcome.kind) {
      case "continue":
        return this.#finish(begun, { outcome: "done", ...takenBy(outcome) });
      case "wait":
        if (delayIsOver || outcome.forMs <= 0) return this.#finish(begun, { outcome: "done", ...takenBy(outcome) });
        return this.#park(begun, { reason: "delay", until: begun.startedAt + outcome.forMs, input: outcome.input });
      case "call":
        this.#call = { ...begun, outcome, attemptAt: this.#clock.now() };
        return;
      case "respond": {
        const warning = this.#responded ? "A response was sent before, so this one was not." : undefined;
        if (!this.#responded) this.#response = outcome.response;
        this.#responded = true;
        return this.#finish(begun, { outcome: "done", ...takenBy(outcome), ...(warning ? { warning } : {}) });
      }
      case "end":
        return this.#endBy(begun, outcome);
      default:
        return outcome satisfies never;
    }
  }

  #endBy(begun: Begun, outcome: Extract<StepOutcome, { kind: "end" }>): void {
    const { step } = this.#version.plan.steps[begun.index]!;
    this.#finish(begun, { outcome: "done", exit: null, input: outcome.input, output: outcome.output });
    this.#parked.clear();
    this.#end =
      outcome.state === "COMPLETED"
        ? { kind: "completed" }
        : { kind: "failed", error: outcome.message ?? `Stopped by ${step.name}.`, stepId: step.id, stopCycle: false };
  }

  #finish(begun: Begun, result: StepResult): void {
    const { id: stepId, type } = this.#version.plan.steps[begun.index]!.step;
    const endedAt = this.#clock.now();
    countStep(type, endedAt - begun.startedAt);
    this.#records.push(recordOf(stepId, begun, result, endedAt));
    this.#data.set(stepId, result.output);
    this.#progress.leave(begun.index, result.exit);
  }

  #failTry(compiled: CompiledStep, call: Begun & { attemptAt: number }, error: StepError, input?: Json): void {
    const hasCalls = compiled.definition.calls === true;
    if (!hasCalls) return this.#failStep(call, error);
    const attempts = [...call.attempts, attemptOf(call.attemptAt, this.#clock.now(), error.message)];
    const begun = { ...call, attempts };
    const after = afterFailure({
      error,
      onError: compiled.step.onError,
      attempt: attempts.length,
      random: this.#clock.random(),
    });
    const failure = { outcome: "failed", input, error: errorOf(error) } as const;
    const output = { error: { code: error.code, message: error.message } };
    switch (after.kind) {
      case "retry":
        return this.#park(begun, { reason: "retry", until: this.#clock.now() + after.waitMs, input });
      case "go-on":
        return this.#finish(begun, { ...failure, exit: compiled.firstExit, output });
      case "error-exit":
        return this.#finish(begun, { ...failure, exit: ERROR_EXIT, output });
      case "fail":
        return this.#failStep(begun, error, { input, stopCycle: after.stopCycle });
      default:
        return after satisfies never;
    }
  }

  #failStep(begun: Begun, error: StepError, { input, stopCycle = false }: { input?: Json; stopCycle?: boolean } = {}) {
    this.#finish(begun, { outcome: "failed", exit: null, input, error: errorOf(error) });
    this.#parked.clear();
    this.#end = { kind: "failed", error: error.message, stepId: this.#idAt(begun.index), stopCycle };
  }

  #park(begun: Begun, wait: Omit<ParkInput, "stepId">): void {
    this.#parked.park(begun, { ...wait, stepId: this.#idAt(begun.index) });
  }

  #restore(record: StepRecord): void {
    const index = this.#takeStored(record.stepId);
    this.#data.set(record.stepId, record.output as Json | undefined);
    this.#progress.leave(index, record.exit);
  }

  #takeStored(stepId: string): number {
    const index = this.#version.plan.indexOf.get(stepId);
    if (index === undefined || !this.#progress.takeStep(index))
      throw new Error(`The checkpoint holds the step ${stepId}, which its version could not reach`);
    return index;
  }
}
