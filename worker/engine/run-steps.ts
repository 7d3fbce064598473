import { afterFailure } from "@/lib/core/engine/on-failure";
import { Progress } from "@/lib/core/engine/progress";
import { StepError } from "@/lib/core/errors";
import { ERROR_EXIT } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import type { StepRecord, Wait } from "@/lib/core/transaction";
import { countStep } from "@/lib/metrics/tallies";
import type { StepOutcome } from "@/lib/steps/types";
import type { Advance, Ended } from "./advance";
import type { CompiledStep, CompiledVersion } from "./compile";
import { type Begun, Parked, type ParkedStep, type ParkInput } from "./parked";
import { attemptOf, consoleOf, errorOf, recordOf, type StepResult } from "./record";
import { RunData } from "./run-data";
import type { PendingContinuation, RunClock, RunStart, RunSummary } from "./run-start";

/** Retries that are due within this time are waited for in memory, in milliseconds. */
const SHORT_WAIT_MS = 2_000;

/** What a record shows of a step beside how it ended. */
type Shown = Pick<StepResult, "input" | "console">;

/** Where the steps of one transaction stand: which have ended and how, which wait, and which are ready. */
export class RunSteps {
  readonly data: RunData;
  readonly #version: CompiledVersion;
  readonly #clock: RunClock;
  readonly #progress: Progress;
  readonly #parked = new Parked();
  readonly #visits: number[];
  readonly #input: Json;
  #records: StepRecord[] = [];
  #end: Ended | undefined;

  constructor({ version, input, summary, steps, waits, now }: RunStart, clock: RunClock) {
    this.#version = version;
    this.#clock = clock;
    this.#visits = new Array<number>(version.plan.steps.length).fill(0);
    this.#progress = new Progress(version.plan);
    this.data = new RunData(version.variables);
    this.#input = input;
    this.data.set(this.idAt(version.plan.start), input);
    if (summary) this.#takeUp(summary);
    for (const record of steps) this.#restore(record);
    for (const wait of waits) {
      const index = this.#takeStored(wait.stepId);
      this.#visits[index] = wait.visit;
      this.#parked.restore(index, wait, now);
    }
  }

  /** Those that have ended since `saved` was called last. */
  get records(): readonly StepRecord[] {
    return this.#records;
  }

  get waits(): Wait[] {
    return this.#parked.waits;
  }

  /** Ids of those that hold. */
  get held(): string[] {
    return this.#parked.held;
  }

  /** How the transaction ended; undefined while something may be left to do. */
  get end(): Ended | undefined {
    return this.#end;
  }

  /** Says that the records up to now are stored. */
  saved(): void {
    this.#records = [];
  }

  /** What the steps that have ended have left; those that wait are as if they had not begun. */
  get summary(): RunSummary {
    const { left, ready } = this.#progress.state;
    const steps = this.#version.plan.steps.map(({ step: { id: stepId }, index }) => {
      const output = this.data.get(stepId);
      return {
        stepId,
        visit: this.#visits[index]!,
        exit: left[index],
        output: output === this.#input ? undefined : output,
      };
    });
    return { steps, ready: ready.map((index) => this.idAt(index)) };
  }

  idAt(index: number): string {
    return this.#version.plan.steps[index]!.step.id;
  }

  /** A step that can run: one that cannot is never asked for. */
  at(index: number): CompiledStep {
    const step = this.#version.steps[index]!;
    if (step instanceof StepError) throw new Error(`Step ${index} was called though it can't run`);
    return step;
  }

  /** Takes a step whose wait is over; undefined when there is none. */
  takeDue(): ParkedStep | undefined {
    return this.#parked.takeDue(this.#clock.now());
  }

  /** Begins the next step that is ready; undefined when none is. */
  takeReady(): Begun | undefined {
    const index = this.#progress.take();
    if (index === undefined) return undefined;
    return this.#begun(index);
  }

  #begun(index: number): Begun {
    return { index, visit: ++this.#visits[index]!, startedAt: this.#clock.now(), attempts: [] };
  }

  /** What is to be done when no step is ready. */
  idle(): Advance {
    const first = this.#parked.first();
    if (!first) return { kind: this.#parked.held.length > 0 ? "held" : "completed" };
    const isShort = first.wait.reason === "retry" && first.dueAt - this.#clock.now() <= SHORT_WAIT_MS;
    return { kind: "wait", until: first.dueAt, short: isShort };
  }

  /** Whether an earlier way through what is below a step has not ended. */
  isBusyBelow(stepId: string): boolean {
    const index = this.#version.plan.indexOf.get(stepId);
    return index !== undefined && this.#parked.waitsIn(this.#version.plan.below(index));
  }

  /** Goes on from a step that holds, or that was left before: what is below it runs anew, with this continuation's data alone. */
  continueWith({ stepId, data, number }: PendingContinuation): void {
    const index = this.#version.plan.indexOf.get(stepId);
    const held = index === undefined ? undefined : this.#parked.takeHeld(index);
    // A step that the version lacks can't be reached; a timeout that comes after a request is none.
    if (index === undefined || (data === undefined && !held)) return;
    const begun = held ?? this.#begun(index);
    this.#reenter(index);
    this.data.drop(stepId);
    const { firstExit, secondExit } = this.at(index);
    const exit = data === undefined ? secondExit : firstExit;
    this.finish(begun, { outcome: "done", exit, input: held?.wait.input, output: data, continuation: number });
  }

  /** A step has ended. */
  finish(begun: Begun, result: StepResult): void {
    const { id: stepId, type } = this.#version.plan.steps[begun.index]!.step;
    const endedAt = this.#clock.now();
    countStep(type, endedAt - begun.startedAt);
    const written = begun.console ? consoleOf([...begun.console, ...(result.console ?? [])]) : {};
    this.#records.push(recordOf(stepId, begun, { ...result, ...written }, endedAt));
    this.data.set(stepId, result.output);
    this.#progress.leave(begun.index, result.exit);
  }

  /** A step has ended the transaction. */
  endBy(begun: Begun, outcome: Extract<StepOutcome, { kind: "end" }>): void {
    const { step } = this.#version.plan.steps[begun.index]!;
    this.finish(begun, { outcome: "done", exit: null, input: outcome.input, output: outcome.output });
    this.#parked.clear();
    this.#end =
      outcome.state === "COMPLETED"
        ? { kind: "completed" }
        : { kind: "failed", error: outcome.message ?? `Stopped by ${step.name}.`, stepId: step.id, stopCycle: false };
  }

  /** A try of a step has failed: it is tried again, or what follows is what its settings say. */
  failTry(compiled: CompiledStep, call: Begun & { attemptAt: number }, error: StepError, shown: Shown = {}): void {
    const { calls, fallible } = compiled.definition;
    if (!calls && !fallible) return this.failStep(call, error);
    const attempts = [...call.attempts, attemptOf(call.attemptAt, this.#clock.now(), error.message)];
    const begun = { ...call, attempts };
    const after = afterFailure({
      error,
      onError: compiled.step.onError,
      attempt: attempts.length,
      random: this.#clock.random(),
    });
    const failure = { outcome: "failed", ...shown, error: errorOf(error) } as const;
    const output = { error: { code: error.code, message: error.message } };
    switch (after.kind) {
      case "retry":
        return this.park(begun, { reason: "retry", until: this.#clock.now() + after.waitMs, input: shown.input });
      case "go-on":
        return this.finish(begun, { ...failure, exit: compiled.firstExit, output });
      case "error-exit":
        return this.finish(begun, { ...failure, exit: ERROR_EXIT, output });
      case "fail":
        return this.failStep(begun, error, { ...shown, stopCycle: after.stopCycle });
      default:
        return after satisfies never;
    }
  }

  /** A step has failed, and the transaction with it. */
  failStep(begun: Begun, error: StepError, { stopCycle = false, ...shown }: Shown & { stopCycle?: boolean } = {}) {
    this.finish(begun, { outcome: "failed", exit: null, ...shown, error: errorOf(error) });
    this.#parked.clear();
    this.#end = { kind: "failed", error: error.message, stepId: this.idAt(begun.index), stopCycle };
  }

  /** A step waits, or holds. */
  park(begun: Begun, wait: Omit<ParkInput, "stepId">): void {
    this.#parked.park(begun, { ...wait, stepId: this.idAt(begun.index) });
  }

  #reenter(index: number): void {
    const below = this.#version.plan.below(index);
    this.#parked.drop(below);
    this.#progress.reenter(index);
    for (const step of below) this.data.drop(this.idAt(step));
  }

  #takeUp({ steps, ready }: RunSummary): void {
    const left: (string | null | undefined)[] = [];
    for (const { stepId, visit, exit, output } of steps) {
      const index = this.#indexOf(stepId);
      left[index] = exit;
      this.#visits[index] = visit;
      this.data.set(stepId, output);
    }
    this.#progress.restore({ left, ready: ready.map((stepId) => this.#indexOf(stepId)) });
  }

  #restore(record: StepRecord): void {
    const index =
      record.continuation === undefined ? this.#takeStored(record.stepId) : this.#takeContinued(record.stepId);
    this.#visits[index] = record.visit;
    this.data.set(record.stepId, record.output as Json | undefined);
    this.#progress.leave(index, record.exit);
    // The transaction ended here, whatever else was ready.
    if (record.exit === null) this.#progress.end();
  }

  #takeContinued(stepId: string): number {
    const index = this.#indexOf(stepId);
    this.#progress.takeStep(index);
    this.#reenter(index);
    this.data.drop(stepId);
    return index;
  }

  #takeStored(stepId: string): number {
    const index = this.#indexOf(stepId);
    if (!this.#progress.takeStep(index))
      throw new Error(`The checkpoint holds the step ${stepId}, which its version could not reach`);
    return index;
  }

  #indexOf(stepId: string): number {
    const index = this.#version.plan.indexOf.get(stepId);
    if (index === undefined) throw new Error(`The checkpoint holds the step ${stepId}, which its version lacks`);
    return index;
  }
}
