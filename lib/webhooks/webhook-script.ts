import type { Variable } from "@/lib/core/graph";
import { isJsonObject, type Json, jsonEquals, jsonToText } from "@/lib/core/json";
import { type ConsoleLine, keptConsole, mayDeclare } from "@/lib/core/script";
import type { ScriptGlobals, ScriptJob, ScriptRun } from "@/lib/script/job";
import { scriptFailure } from "@/lib/steps/script-error";
import { responseAnswer, type WebhookAnswer } from "./answers";
import type { WebhookStepData } from "./step-data";

export type WebhookEvent = "before_webhook" | "after_webhook";

/** A request as the functions of a webhook step see and change it. */
export type ScriptedRequest = { method: string; data: WebhookStepData };

/** What follows from a run. `note` and `reason` are for the receipt alone. */
export type ScriptVerdict =
  | { kind: "goes-on"; request: ScriptedRequest; note: string | null }
  | { kind: "ignored"; reason: string }
  | { kind: "answered"; answer: WebhookAnswer; reason: string }
  | { kind: "failed"; reason: string }
  | { kind: "busy"; reason: string };

export type RunScript = (job: ScriptJob) => Promise<ScriptRun>;

export type WebhookScriptInput = {
  /** The step's setting as the published version has it, not parsed yet. */
  code: unknown;
  variables: readonly Variable[];
  accountId: string;
  cycleId: string;
  stepId: string;
};

const METHODS = new Set(["GET", "HEAD", "POST"]);

/** The script of a webhook step, ready to be run at the door. */
export class WebhookScript {
  /** Whether the code may have these functions: requests to a webhook without one pay nothing for it. */
  readonly before: boolean;
  readonly after: boolean;
  readonly #code: string;
  readonly #accountId: string;
  readonly #own: ScriptGlobals;

  private constructor(code: string, { variables, accountId, cycleId, stepId }: Omit<WebhookScriptInput, "code">) {
    this.before = mayDeclare(code, "before_webhook");
    this.after = mayDeclare(code, "after_webhook");
    this.#code = code;
    this.#accountId = accountId;
    this.#own = {
      cycle_variables: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
      cycle_id: cycleId,
      step_id: stepId,
      account_id: accountId,
    };
  }

  /** The script of a step; null when it has none that is run here. */
  static of(input: WebhookScriptInput): WebhookScript | null {
    if (typeof input.code !== "string" || input.code.trim() === "") return null;
    const script = WebhookScript.ofCode(input.code, input);
    return script.before || script.after ? script : null;
  }

  /** Code as the script of a step. */
  static ofCode(code: string, owner: Omit<WebhookScriptInput, "code">): WebhookScript {
    return new WebhookScript(code, owner);
  }

  /** The run of one of its functions. `nowMs` is what its clock shows, in milliseconds since 1970. */
  job(event: WebhookEvent, request: ScriptedRequest, nowMs: number): ScriptJob {
    const globals = { ...this.#own, ...webhookGlobals(event, request) };
    return { accountId: this.#accountId, entry: event, code: this.#code, globals, nowMs };
  }
}

/** What a function sees of a request; `before_webhook` can answer it too. */
function webhookGlobals(event: WebhookEvent, { method, data }: ScriptedRequest): ScriptGlobals {
  return {
    method_request: data.body,
    method_request_headers: data.headers,
    method_request_parameters: data.query,
    method_request_method: method,
    ...(event === "before_webhook"
      ? { method_response: null, method_response_headers: {}, method_response_status: null }
      : {}),
  };
}

/** What the door makes of a run: goes on with the request as the script left it, or ends it. */
export function readVerdict(event: WebhookEvent, request: ScriptedRequest, run: ScriptRun): ScriptVerdict {
  const said = consoleText(run.console);
  const withConsole = (text: string) => (said === "" ? text : `${text}\n${said}`);
  if (run.error) {
    const kind = run.error.kind === "busy" ? "busy" : "failed";
    return { kind, reason: withConsole(scriptFailure(event, run.error)) };
  }
  try {
    if (run.stopped) {
      const answer = event === "before_webhook" ? answerOf(run.globals) : undefined;
      return answer
        ? { kind: "answered", answer, reason: withConsole("before_webhook() answered.") }
        : { kind: "ignored", reason: withConsole(`${event}() returned false.`) };
    }
    return { kind: "goes-on", request: requestOf(event, request, run.globals), note: said === "" ? null : said };
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { kind: "failed", reason: withConsole(`${event}() ${error.message}`) };
  }
}

/** The script left something that can't be used; the message completes a sentence that begins with the function's name. */
class Unusable extends Error {}

/** The request as the globals have it; what did not change is given back as it was. */
function requestOf(event: WebhookEvent, request: ScriptedRequest, globals: ScriptGlobals): ScriptedRequest {
  const { method, data } = request;
  const left: ScriptedRequest = {
    method: event === "before_webhook" ? methodOf(globals.method_request_method ?? null) : method,
    data: {
      body: globals.method_request ?? null,
      query: objectOf(globals.method_request_parameters, "method_request_parameters"),
      headers: objectOf(globals.method_request_headers, "method_request_headers"),
    },
  };
  const isSame = (Object.keys(data) as (keyof WebhookStepData)[]).every((key) => same(data[key], left.data[key]));
  return isSame ? { method: left.method, data } : left;
}

const same = (before: Json, after: Json) => before === after || jsonEquals(before, after);

function methodOf(value: Json): string {
  const method = typeof value === "string" ? value.trim().toUpperCase() : "";
  if (!METHODS.has(method)) throw new Unusable("set a method_request_method other than GET, HEAD and POST.");
  return method;
}

function objectOf(value: Json | undefined, name: string): { [key: string]: Json } {
  if (!isJsonObject(value)) throw new Unusable(`made ${name} something else than an object.`);
  return value;
}

/** The answer that the script set; undefined when it set none. */
function answerOf(globals: ScriptGlobals): WebhookAnswer | undefined {
  const { method_response: body = null, method_response_status: status = null } = globals;
  const headers = objectOf(globals.method_response_headers ?? {}, "method_response_headers");
  if (body === null && status === null && Object.keys(headers).length === 0) return undefined;
  const code = status ?? 200;
  if (typeof code !== "number" || !Number.isInteger(code) || code < 200 || code > 599)
    throw new Unusable("set a method_response_status that is no status from 200 to 599.");
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    const values = Array.isArray(value) ? value : [value];
    return values.filter((one) => one !== null).map((one) => [name, jsonToText(one)]);
  });
  if (body !== null && !pairs.some(([name]) => name.toLowerCase() === "content-type"))
    pairs.push([
      "Content-Type",
      typeof body === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8",
    ]);
  return responseAnswer({ status: code, headers: pairs, body: jsonToText(body) });
}

function consoleText(lines: readonly ConsoleLine[]): string {
  const kept = keptConsole(lines) ?? [];
  return kept.length === 0 ? "" : `Console: ${kept.map(({ text }) => text).join("\n")}`;
}
