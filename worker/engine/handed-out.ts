import { StepError } from "@/lib/core/errors";
import type { Json } from "@/lib/core/json";
import type { ScriptMapping } from "@/lib/core/mapping";
import { createRedact } from "@/lib/http/redact";
import { expressionStepError } from "@/lib/steps/script-error";
import type { OutsideResponse, StepOutcome } from "@/lib/steps/types";
import type { Advance, ComputedExpressions } from "./advance";
import type { Begun } from "./parked";
import { attemptOf, consoleOf, takenBy } from "./record";
import type { RunClock } from "./run-start";
import type { RunSteps } from "./run-steps";
import type { ScriptedEnd } from "./scripted-call";

const NOT_CALLED = "before_action() returned false, so the call was not made.";

type CallOutcome = Extract<StepOutcome, { kind: "call" | "script" }>;
type Call = Begun & { outcome: CallOutcome; attemptAt: number };
/** A step whose expressions are computed, and what they came to. */
export type Computing = { begun: Begun; delayIsOver: boolean; values?: ReadonlyMap<ScriptMapping, Json | undefined> };

/** The call, script or expressions of a step that a run has handed out, until it is told what came of them. */
export class HandedOut {
  readonly #steps: RunSteps;
  readonly #clock: RunClock;
  #call: Call | undefined;
  #computing: Computing | undefined;
  #hasUnsaved = false;

  constructor(steps: RunSteps, clock: RunClock) {
    this.#steps = steps;
    this.#clock = clock;
  }

  /** A call has ended since `saved` was called last. */
  get hasUnsaved(): boolean {
    return this.#hasUnsaved;
  }

  /** Says that what calls came to is stored. */
  saved(): void {
    this.#hasUnsaved = false;
  }

  /** What is handed out; undefined when nothing is. */
  get asked(): Advance | undefined {
    if (this.#computing) return this.#askForValues(this.#computing);
    if (!this.#call) return undefined;
    const { index, visit, outcome } = this.#call;
    return asked(outcome, { stepId: this.#steps.idAt(index), visit });
  }

  /** Hands out a step's call or script. */
  give(begun: Begun, outcome: CallOutcome): void {
    this.#call = { ...withoutSecrets(begun, outcome), attemptAt: this.#clock.now() };
  }

  /** Hands out a step's expressions. */
  giveExpressions(begun: Begun, delayIsOver: boolean): void {
    this.#computing = { begun, delayIsOver };
  }

  /** Takes back the step whose expressions were handed out; undefined when none were. */
  takeComputing(): Computing | undefined {
    const computing = this.#computing;
    this.#computing = undefined;
    return computing;
  }

  /** The call was answered. */
  answered(response: OutsideResponse): void {
    const call = this.#takeCall();
    const step = this.#steps.at(call.index);
    if (call.outcome.kind === "script") throw new Error("A script was answered like a call");
    try {
      const outcome = call.outcome.answered(response);
      const attempts = [...call.attempts, attemptOf(call.attemptAt, this.#clock.now())];
      const { input = call.outcome.input, output, exit } = outcome;
      this.#steps.finish({ ...call, attempts }, { outcome: "done", exit, input, output });
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      this.#steps.failTry(step, call, error, { input: call.outcome.input });
    }
  }

  /** The call failed. */
  failed(error: StepError): void {
    const call = this.#takeCall();
    this.#steps.failTry(this.#steps.at(call.index), call, error, { input: call.outcome.input });
  }

  /** The script, or the call with scripts around it, has ended. */
  scripted({ result, input, console, skipped }: ScriptedEnd): void {
    const call = this.#takeCall();
    const step = this.#steps.at(call.index);
    const shown = { input: input ?? call.outcome.input, ...consoleOf(console) };
    if (result instanceof StepError) return this.#steps.failTry(step, call, result, shown);
    const isCall = call.outcome.kind === "call" && !skipped;
    const attempts = isCall ? [...call.attempts, attemptOf(call.attemptAt, this.#clock.now())] : call.attempts;
    const ended = skipped ? ({ outcome: "skipped", warning: NOT_CALLED } as const) : ({ outcome: "done" } as const);
    this.#steps.finish({ ...call, attempts }, { ...ended, ...takenBy(result), ...shown });
  }

  /** The expressions came to these values in order, or to the error of one. */
  computed({ values, console, error }: ComputedExpressions): void {
    const computing = this.#underWay();
    const begun = { ...computing.begun, console };
    const step = this.#steps.at(begun.index);
    if (error) {
      const failed = step.expressions.filter((_, index) => index === (error.expression ?? index));
      const places = failed.map(({ place }) => place);
      return this.#steps.failTry(step, { ...begun, attemptAt: this.#clock.now() }, expressionStepError(places, error));
    }
    const byMapping = new Map(step.expressions.map(({ mapping }, index) => [mapping, values[index]]));
    this.#computing = { ...computing, begun, values: byMapping };
  }

  /** It was broken off and will be made again. */
  brokenOff(): void {
    if (this.#computing) return this.#parkAgain(this.#underWay());
    const call = this.#takeCall();
    if (call.attempts.length > 0) {
      const at = this.#clock.now();
      this.#steps.park(call, { reason: "retry", until: at, input: call.outcome.input });
    }
  }

  #parkAgain({ begun, delayIsOver }: Computing): void {
    const reason = delayIsOver ? "delay" : "retry";
    if (delayIsOver || begun.attempts.length > 0) this.#steps.park(begun, { reason, until: this.#clock.now() });
  }

  #takeCall(): Call {
    const call = this.#call;
    if (!call) throw new Error("No call is under way");
    this.#call = undefined;
    if (call.outcome.kind === "call") this.#hasUnsaved = true;
    return call;
  }

  #underWay(): Computing {
    const computing = this.takeComputing();
    if (!computing) throw new Error("No expressions are under way");
    return computing;
  }

  #askForValues({ begun: { index, visit } }: Computing): Advance {
    const codes = this.#steps.at(index).expressions.map(({ mapping }) => mapping.code);
    return { kind: "expressions", stepId: this.#steps.idAt(index), visit, codes };
  }
}

function asked(outcome: CallOutcome, ids: { stepId: string; visit: number }): Advance {
  if (outcome.kind === "script") return { kind: "script", ...ids, code: outcome.code, exit: outcome.exit };
  const { request, script, answered } = outcome;
  return { kind: "call", ...ids, request, ...(script ? { scripted: { request, script, answered } } : {}) };
}

/** What expressions wrote and came to is recorded like what scripts do to a call: without its secrets. */
function withoutSecrets(begun: Begun, outcome: CallOutcome): Begun & { outcome: CallOutcome } {
  if (!begun.console || outcome.kind === "script") return { ...begun, outcome };
  const redact = createRedact(outcome.request.secrets);
  const console = begun.console.map(({ level, text }) => ({ level, text: redact.text(text) }));
  return { ...begun, console, outcome: { ...outcome, input: redact.json((outcome.input ?? null) as Json) } };
}
