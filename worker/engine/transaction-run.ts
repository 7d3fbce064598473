import { StepError } from "@/lib/core/errors";
import type { Json } from "@/lib/core/json";
import type { StepRecord, SyncResponse, Wait } from "@/lib/core/transaction";
import type { OutsideResponse, StepOutcome } from "@/lib/steps/types";
import type { Advance, ComputedExpressions } from "./advance";
import type { CompiledVersion } from "./compile";
import { type Computing, HandedOut } from "./handed-out";
import type { Begun } from "./parked";
import { takenBy } from "./record";
import type { PendingContinuation, RunClock, RunStart, RunSummary } from "./run-start";
import { RunSteps } from "./run-steps";
import type { ScriptedEnd } from "./scripted-call";

/** A step that was reached and holds the transaction. Times are milliseconds since 1970. */
export type Opened = { stepId: string; value: string | null; since: number; until: number | null };

/**
 * One transaction's way through its version, in memory. `advance` runs pure steps until something from outside is needed; after
 * a "call" the caller reports `answered` or `failed` and advances again. Nothing here writes, waits or calls.
 */
export class TransactionRun {
  readonly #version: CompiledVersion;
  readonly #clock: RunClock;
  readonly #secret: RunStart["secret"];
  readonly #steps: RunSteps;
  readonly #handedOut: HandedOut;
  #opened: Opened[] = [];
  #continuation: PendingContinuation | undefined;
  #responded: boolean;
  #response: SyncResponse | undefined;

  constructor(start: RunStart, clock: RunClock) {
    this.#version = start.version;
    this.#clock = clock;
    this.#secret = start.secret;
    this.#responded = start.responded;
    this.#continuation = start.continuation;
    this.#steps = new RunSteps(start, clock);
    this.#handedOut = new HandedOut(this.#steps, clock);
  }

  /** What it has left by now, for runs that are taken up from here; those steps that wait are as if they had not begun. */
  get summary(): RunSummary {
    return this.#steps.summary;
  }

  /** What was done since `saved` was called last. */
  get records(): readonly StepRecord[] {
    return this.#steps.records;
  }

  get waits(): Wait[] {
    return this.#steps.waits;
  }

  /** The response reached since `saved` was called last. */
  get response(): SyncResponse | undefined {
    return this.#response;
  }

  /** The steps that began to hold since `saved` was called last. */
  get opened(): readonly Opened[] {
    return this.#opened;
  }

  /** Ids of the steps that hold. */
  get held(): string[] {
    return this.#steps.held;
  }

  /** Whether the continuation that it was started with has been gone by, or was too late. */
  get hasContinued(): boolean {
    return this.#continuation === undefined;
  }

  /** An outside call was finished, a response or a hold reached, that is not stored: store it before the next call or wait. */
  get mustSave(): boolean {
    return this.#handedOut.hasUnsaved || this.#response !== undefined || this.#opened.length > 0;
  }

  /** The step that was begun last, for errors that nobody expected. */
  currentStepId: string | null = null;

  /** Says that records, waits and response up to now are stored. */
  saved(): void {
    this.#steps.saved();
    this.#handedOut.saved();
    this.#opened = [];
    this.#response = undefined;
  }

  /** Runs what is ready. Call it again after `answered`, `failed`, or when a wait is over. */
  advance(): Advance {
    while (this.#steps.end === undefined) {
      const computing = this.#handedOut.takeComputing();
      const due = computing ? undefined : this.#steps.takeDue();
      if (computing) {
        this.#begin(computing.begun, computing.delayIsOver, computing.values);
      } else if (due) {
        this.#begin(due, due.wait.reason === "delay");
      } else {
        const ready = this.#steps.takeReady();
        if (ready === undefined) {
          if (this.#continue()) continue;
          return this.#steps.idle();
        }
        this.#begin(ready, false);
      }
      const asked = this.#handedOut.asked;
      if (asked) return asked;
    }
    return this.#steps.end;
  }

  /** Reports the answer of the call that `advance` asked for. */
  answered(response: OutsideResponse): void {
    this.#handedOut.answered(response);
  }

  /** Reports that the call that `advance` asked for failed. */
  failed(error: StepError): void {
    this.#handedOut.failed(error);
  }

  /** Reports how the script, or the call with scripts around it, ended that `advance` asked for. */
  scripted(end: ScriptedEnd): void {
    this.#handedOut.scripted(end);
  }

  /** Reports what came of the expressions that `advance` asked for: their values in order, or the error of one. */
  computed(expressions: ComputedExpressions): void {
    this.#handedOut.computed(expressions);
  }

  /** What scripts see of the transaction. */
  get scriptData(): { steps: { [stepId: string]: Json }; cycle_variables: { [name: string]: Json } } {
    return { steps: this.#steps.data.outputs, cycle_variables: this.#steps.data.variables };
  }

  /** Forgets the call or script that `advance` asked for: it was broken off and will be made again. */
  callBrokenOff(): void {
    this.#handedOut.brokenOff();
  }

  /**
   * Goes on from a step that holds, or that was left before: what is below it runs anew, with this continuation's data alone. Not
   * before an earlier way through the same steps has ended. True when something may be ready now.
   */
  #continue(): boolean {
    const continuation = this.#continuation;
    if (!continuation || this.#steps.isBusyBelow(continuation.stepId)) return false;
    this.#continuation = undefined;
    this.#steps.continueWith(continuation);
    return true;
  }

  #begin(begun: Begun, delayIsOver: boolean, values?: Computing["values"]): void {
    const compiled = this.#version.steps[begun.index]!;
    const stepId = this.#steps.idAt(begun.index);
    this.currentStepId = stepId;
    if (compiled instanceof StepError) {
      this.#steps.failStep(begun, compiled);
      return;
    }
    if (compiled.expressions.length > 0 && !values) {
      this.#handedOut.giveExpressions(begun, delayIsOver);
      return;
    }
    try {
      const outcome = compiled.runner({
        settings: compiled.resolve(this.#steps.data.read, values && ((mapping) => values.get(mapping))),
        secret: (name) => this.#secret(stepId, name),
        timeoutMs: compiled.timeoutMs,
        begins: begun.index === this.#version.plan.start,
      });
      this.#follow(begun, outcome, delayIsOver);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      this.#steps.failTry(compiled, { ...begun, attemptAt: this.#clock.now() }, error);
    }
  }

  #follow(begun: Begun, outcome: StepOutcome, delayIsOver: boolean): void {
    switch (outcome.kind) {
      case "continue":
        return this.#steps.finish(begun, { outcome: "done", ...takenBy(outcome) });
      case "wait":
        if (delayIsOver || outcome.forMs <= 0)
          return this.#steps.finish(begun, { outcome: "done", ...takenBy(outcome) });
        return this.#steps.park(begun, {
          reason: "delay",
          until: begun.startedAt + outcome.forMs,
          input: outcome.input,
        });
      case "hold": {
        const until = outcome.timeoutMs === null ? null : begun.startedAt + outcome.timeoutMs;
        const stepId = this.#steps.idAt(begun.index);
        this.#opened.push({ stepId, value: outcome.value, since: begun.startedAt, until });
        return this.#steps.park(begun, { reason: "hold", until, input: outcome.input });
      }
      case "call":
      case "script":
        return this.#handedOut.give(begun, outcome);
      case "respond": {
        const warning = this.#responded ? "A response was sent before, so this one was not." : undefined;
        if (!this.#responded) this.#response = outcome.response;
        this.#responded = true;
        return this.#steps.finish(begun, { outcome: "done", ...takenBy(outcome), ...(warning ? { warning } : {}) });
      }
      case "end":
        return this.#steps.endBy(begun, outcome);
      default:
        return outcome satisfies never;
    }
  }
}
