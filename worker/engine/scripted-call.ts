import { StepError } from "@/lib/core/errors";
import type { Json } from "@/lib/core/json";
import { type ConsoleLine, mayDeclare } from "@/lib/core/script";
import { createRedact } from "@/lib/http/redact";
import type { ScriptEvent, ScriptGlobals, ScriptRun } from "@/lib/script/job";
import { requestAfter, requestGlobals, responseAfter, responseGlobals } from "@/lib/steps/action-script";
import { scriptStepError } from "@/lib/steps/script-error";
import type { CallScript, ContinueOutcome, OutsideRequest, OutsideResponse } from "@/lib/steps/types";

/** How a step ended that had a script run for it. */
export type ScriptedEnd = {
  /** What the step gives, or why this try failed. */
  result: ContinueOutcome | StepError;
  /** What the record shows as its input, where a script changed it. */
  input?: ContinueOutcome["input"];
  console: ConsoleLine[];
  /** `before_action` kept the call from being made. */
  skipped?: boolean;
};

export type ScriptedCall = {
  request: OutsideRequest;
  script: CallScript;
  answered: (response: OutsideResponse) => ContinueOutcome;
};

export type ScriptedCallPorts = {
  /** Makes the call; rejects with a StepError when it failed, and with anything else when it was broken off. */
  send: (request: OutsideRequest) => Promise<OutsideResponse>;
  /** Runs the function of an event with these values beside those that every script has. */
  run: (event: ScriptEvent, globals: ScriptGlobals) => Promise<ScriptRun>;
};

/** Makes a call with the functions of its events around it. Rejects only when `send` does with what is no StepError. */
export async function makeScriptedCall(call: ScriptedCall, ports: ScriptedCallPorts): Promise<ScriptedEnd> {
  return new Making(call, ports).make();
}

class Making {
  readonly #call: ScriptedCall;
  readonly #ports: ScriptedCallPorts;
  readonly #console: ConsoleLine[] = [];
  #request: OutsideRequest;

  constructor(call: ScriptedCall, ports: ScriptedCallPorts) {
    this.#call = call;
    this.#ports = ports;
    this.#request = call.request;
  }

  async make(): Promise<ScriptedEnd> {
    try {
      const skipped = await this.#before();
      if (skipped) return this.#end(skipped, true);
    } catch (error) {
      return this.#end(asStepError(error));
    }
    let response: OutsideResponse | undefined;
    let error: StepError;
    try {
      response = await this.#ports.send(this.#request);
      const outcome = this.#call.answered(response);
      return this.#end(await this.#after(response, outcome).catch(asStepError));
    } catch (failure) {
      error = asStepError(failure);
    }
    return this.#end(await this.#afterError(error, response).catch(asStepError));
  }

  #end(result: ContinueOutcome | StepError, skipped?: boolean): ScriptedEnd {
    const { request, script } = this.#call;
    const redact = createRedact(request.secrets);
    const input = this.#request === request ? undefined : redact.json(script.inputOf(this.#request) as Json);
    const console = this.#console.map(({ level, text }) => ({ level, text: redact.text(text) }));
    const shown =
      result instanceof StepError ? result : { ...result, output: redact.json((result.output ?? null) as Json) };
    return { result: shown, input, console, ...(skipped ? { skipped } : {}) };
  }

  /** Gives what the step goes on with when the call shall not be made. */
  async #before(): Promise<ContinueOutcome | undefined> {
    const given = { ...requestGlobals(this.#request), ...responseGlobals(undefined) };
    const run = await this.#run("before_action", given);
    if (!run) return undefined;
    if (run.stopped) {
      const { method_response: body, method_response_status: status } = run.globals;
      const isAnswered = (body ?? null) !== null || (status ?? null) !== null;
      const accepted = this.#call.script.accepted;
      return isAnswered ? accepted(responseAfter(run.globals, 200)) : { ...accepted(NO_ANSWER), output: null };
    }
    this.#request = requestAfter(this.#request, given, run.globals);
    return undefined;
  }

  async #after(response: OutsideResponse, outcome: ContinueOutcome): Promise<ContinueOutcome> {
    const run = await this.#run("after_action", { ...requestGlobals(this.#request), ...responseGlobals(response) });
    if (!run) return outcome;
    if (run.stopped) throw new StepError("stopped", "after_action() returned false.");
    return this.#call.script.accepted(responseAfter(run.globals, response.status));
  }

  async #afterError(error: StepError, response: OutsideResponse | undefined): Promise<ContinueOutcome> {
    const { code, message, detail, retryable, retryAfterMs } = error;
    const run = await this.#run("after_error", {
      ...requestGlobals(this.#request),
      ...responseGlobals(response),
      method_error: { code, message },
    });
    if (!run) throw error;
    const left = run.globals.method_error ?? null;
    if (left === null) return this.#call.script.accepted(responseAfter(run.globals, response?.status ?? 200));
    const said = typeof left === "object" && !Array.isArray(left) ? left.message : left;
    const text = typeof said === "string" && said.trim() !== "" ? said.slice(0, 2_000) : message;
    throw new StepError(code, text, { detail, retryable: retryable && !run.stopped, retryAfterMs });
  }

  /** Undefined when the code has no such function. */
  async #run(event: ScriptEvent, globals: ScriptGlobals): Promise<ScriptRun | undefined> {
    if (!mayDeclare(this.#call.script.code, event)) return undefined;
    const run = await this.#ports.run(event, globals);
    this.#console.push(...run.console);
    if (run.error) throw scriptStepError(event, run.error);
    return run.declared ? run : undefined;
  }
}

const NO_ANSWER = { status: 200, headers: [], body: null };

function asStepError(error: unknown): StepError {
  if (error instanceof StepError) return error;
  throw error;
}
