import { STATUS_CODES } from "node:http";
import type { TryScriptInput } from "@/lib/contracts/scripts";
import { StepError } from "@/lib/core/errors";
import { type Graph, type Step, upstreamOf } from "@/lib/core/graph";
import { isJsonObject, type Json, jsonToText } from "@/lib/core/json";
import { type ReadMergeField, VARIABLE_STEP_ID } from "@/lib/core/merge-text";
import { readPath } from "@/lib/core/path";
import { codeOfExpressions, valuesOfExpressions } from "@/lib/script/expressions";
import type { ScriptEvent, ScriptGlobals, ScriptRun } from "@/lib/script/job";
import { scriptPool } from "@/lib/script/scripts";
import { requestAfter, requestGlobals, responseAfter, responseGlobals } from "@/lib/steps/action-script";
import { definitionOf } from "@/lib/steps/definitions";
import { type Expression, expressionsOf } from "@/lib/steps/expressions";
import { type Computed, compileSettings } from "@/lib/steps/resolve";
import { runnerOf } from "@/lib/steps/runners";
import { expressionStepError, scriptFailure } from "@/lib/steps/script-error";
import { shownFields } from "@/lib/steps/shown-fields";
import type { OutsideRequest, Settings } from "@/lib/steps/types";
import { ServiceError } from "../errors";

export type ActionEvent = Exclude<ScriptEvent, "before_webhook" | "after_webhook">;

type Given = {
  graph: Graph;
  step: Step;
  entry: ActionEvent;
  input: TryScriptInput;
  /** Known data of the draft's steps. */
  samples: ReadonlyMap<string, Json>;
  accountId: string;
};

/** Stands for a secret of the step: scripts never see one, not even this. */
const SECRET = "(secret)";

/** A function of a step that calls, with the request that its settings make of the samples. Nothing is sent. */
export async function actionTrial(given: Given) {
  const { entry, input, step, samples } = given;
  const request = await requestOf(given);
  const response = responseOf(input.sample ?? samples.get(step.id));
  const status = entry === "after_error" && response.status < 400 ? 500 : response.status;
  const answer = entry === "before_action" ? undefined : { ...response, status };
  const said = `The call was answered ${status}${STATUS_CODES[status] ? ` ${STATUS_CODES[status]}` : ""}.`;
  const globals: ScriptGlobals = {
    ...requestGlobals(request),
    ...responseGlobals(answer),
    ...(entry === "after_error" ? { method_error: { code: "request_failed", message: said } } : {}),
  };
  return { globals, effectOf: (run: ScriptRun) => effectOf(entry, { request, status, globals }, run) };
}

async function requestOf(given: Given): Promise<OutsideRequest> {
  const { entry, input } = given;
  if (entry === "before_action" && isJsonObject(input.sample as Json)) return typedRequest(input.sample as Typed);
  const { graph, step, samples } = given;
  const definition = definitionOf(step.type);
  const settings = definition?.settings.safeParse(step.settings);
  const runner = runnerOf(step.type);
  if (!definition?.calls || !settings?.success || !runner)
    throw new ServiceError("invalid", `${step.name} makes no call that a script could look at.`);
  const variables = new Map<string, Json>(graph.variables.map(({ name, value }) => [name, value]));
  const parsed = settings.data as Settings;
  const read: ReadMergeField = (stepId, path) =>
    stepId === VARIABLE_STEP_ID ? variables.get(String(path[0])) : readPath(samples.get(stepId), path);
  try {
    const shown = shownFields(definition, parsed, { midCycle: false });
    const computed = await computeOnSamples(expressionsOf(shown, parsed), given);
    const resolved = compileSettings(definition, parsed)(read, computed);
    const outcome = runner({ settings: resolved, secret: () => SECRET, timeoutMs: 1, begins: false });
    if (outcome.kind === "call") return outcome.request;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    if (entry !== "before_action") return NO_REQUEST;
    throw new ServiceError(
      "invalid",
      `The request can't be made of the samples: ${error.message} Type one to try it on.`,
    );
  }
  throw new ServiceError("invalid", `${step.name} makes no call that a script could look at.`);
}

/** Computes the request's expressions in the sandbox. Throws a StepError when one fails. */
async function computeOnSamples(
  expressions: readonly Expression[],
  { graph, step, samples, accountId }: Given,
): Promise<Computed> {
  if (expressions.length === 0) return () => undefined;
  const upstream = upstreamOf(graph, step.id);
  const globals = {
    steps: Object.fromEntries([...samples].filter(([id]) => upstream.has(id))),
    cycle_variables: Object.fromEntries(graph.variables.map(({ name, value }) => [name, value])),
  };
  const code = codeOfExpressions(expressions.map(({ mapping }) => mapping.code));
  const run = await scriptPool().run({ accountId, entry: "expressions", code, globals, nowMs: Date.now() });
  const { error } = run;
  if (error) {
    const failed = expressions.filter((_, index) => index === (error.expression ?? index));
    throw expressionStepError(
      failed.map(({ place }) => place),
      error,
    );
  }
  const values = valuesOfExpressions(run);
  const byMapping = new Map(expressions.map(({ mapping }, index) => [mapping, values[index]]));
  return (mapping) => byMapping.get(mapping);
}

const NO_REQUEST: OutsideRequest = {
  method: "POST",
  url: "https://example.com/",
  headers: [],
  timeoutMs: 1,
  followRedirects: true,
  secrets: [],
};

type Typed = { [key: string]: Json };

function typedRequest({ method = "POST", url, headers = {}, body }: Typed): OutsideRequest {
  if (typeof url !== "string" || !URL.canParse(url))
    throw new ServiceError(
      "invalid",
      "The url of the typed request can't be read. A URL begins with http:// or https://.",
    );
  const pairs = Object.entries(isJsonObject(headers) ? headers : {});
  return {
    ...NO_REQUEST,
    method: jsonToText(method),
    url,
    headers: pairs.map(([name, value]) => [name, jsonToText(value)]),
    ...(body === undefined || body === null ? {} : { body: jsonToText(body) }),
  };
}

function responseOf(sample: unknown) {
  const { status = 200, headers = {}, body = null } = isJsonObject(sample as Json) ? (sample as Typed) : {};
  const pairs = Object.entries(isJsonObject(headers) ? headers : {});
  return {
    status: typeof status === "number" ? status : 200,
    headers: pairs.map(([name, value]): [string, string] => [name, jsonToText(value)]),
    body,
  };
}

type Tried = { request: OutsideRequest; status: number; globals: ScriptGlobals };

function effectOf(entry: ActionEvent, tried: Tried, run: ScriptRun): string {
  try {
    return run.error ? failing(scriptFailure(entry, run.error)) : goesOn(entry, tried, run);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return failing(error.message);
  }
}

const failing = (message: string) => `The step fails: ${message}`;

function goesOn(entry: ActionEvent, { request, status, globals }: Tried, run: ScriptRun): string {
  switch (entry) {
    case "before_action": {
      if (run.stopped) return "The call is not made; the step goes on without it.";
      const { method, url } = requestAfter(request, globals, run.globals);
      return `The step calls ${method} ${url}.`;
    }
    case "after_action": {
      if (run.stopped) return failing("after_action() returned false.");
      return `The step goes on with the answer, status ${responseAfter(run.globals, status).status}.`;
    }
    case "after_error": {
      const left = run.globals.method_error ?? null;
      if (left === null)
        return `The error is over: the step goes on with status ${responseAfter(run.globals, status).status}.`;
      return run.stopped ? "The step fails at once." : "The try has failed; On error says what follows.";
    }
    default:
      return entry satisfies never;
  }
}
