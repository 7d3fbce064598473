import type { ScriptTrialView, TryScriptInput } from "@/lib/contracts/scripts";
import { type Graph, type Step, upstreamOf } from "@/lib/core/graph";
import { isJsonObject, type Json } from "@/lib/core/json";
import type { ScriptGlobals, ScriptRun } from "@/lib/script/job";
import { scriptPool } from "@/lib/script/scripts";
import { definitionOf } from "@/lib/steps/definitions";
import { scriptFailure } from "@/lib/steps/script-error";
import type { FieldKind } from "@/lib/steps/types";
import { type AccountContext, requireBuilder } from "../context";
import { findCycle } from "../cycles/find";
import { notFound, ServiceError } from "../errors";
import { findReceipt } from "../receipts/get";
import { listSamples } from "../samples/list";
import { errorView } from "./check";
import { actionTrial } from "./try-action";
import { webhookTrial } from "./try-webhook";

/** Stands for the transaction that a trial hasn't. */
const NO_TRANSACTION = "00000000-0000-0000-0000-000000000000";

/** What a script of a step gets, and one sentence on what would follow from its run. */
type Trial = { globals: ScriptGlobals; effectOf: (run: ScriptRun) => string };

/**
 * Runs code as a script of a step of the draft: what it gets is made as in a real run, nothing is kept and nothing is called.
 * Throws `not_found`, and `invalid` when the step never comes to that function or there is nothing to try it on.
 */
export async function tryScript(
  ctx: AccountContext,
  cycleId: string,
  stepId: string,
  input: TryScriptInput,
): Promise<ScriptTrialView> {
  requireBuilder(ctx);
  const cycle = await findCycle(ctx, cycleId);
  const graph = cycle.draft as Graph;
  const step = graph.steps.find(({ id }) => id === stepId);
  if (!step) throw notFound("step in the draft of this cycle");
  requireEntry(step, input);
  const { globals: given, effectOf } = await trialOf(ctx, { graph, step, cycleId: cycle.id, input });
  const variables = Object.fromEntries(graph.variables.map(({ name, value }) => [name, value]));
  const own = { cycle_id: cycle.id, step_id: step.id, account_id: ctx.accountId };
  const globals: ScriptGlobals = { cycle_variables: variables, ...own, ...transactionOf(input), ...given };
  const { code, entry } = input;
  const run = await scriptPool().run({ accountId: ctx.accountId, entry, code, globals, nowMs: Date.now() });
  const { declared, returned, stopped, console, consoleIsCut, error, cpuMs } = run;
  return {
    declared,
    ...(returned === undefined ? {} : { returned }),
    stopped,
    console,
    consoleIsCut,
    before: globals as ScriptTrialView["before"],
    after: run.globals as ScriptTrialView["after"],
    error: error && errorView(error),
    cpuMs,
    effect: declared ? effectOf(run) : `Nothing is run: the code declares no function ${entry}().`,
  };
}

/** At the door there is no transaction yet. */
const transactionOf = ({ entry }: TryScriptInput): ScriptGlobals =>
  entry === "before_webhook" || entry === "after_webhook" ? {} : { transaction_id: NO_TRANSACTION };

/** Fields whose mappings may be expressions. */
const MAPPED: ReadonlySet<FieldKind> = new Set(["mapping", "named-mappings", "conditions"]);

function requireEntry(step: Step, { entry }: TryScriptInput): void {
  const fields = definitionOf(step.type)?.fields ?? [];
  const isRun =
    entry === "expression"
      ? fields.some(({ kind }) => MAPPED.has(kind))
      : fields.some(({ script: use }) =>
          use?.form === "events" ? use.events.some((one) => one === entry) : use?.form === entry,
        );
  if (isRun) return;
  const what = entry === "expression" ? "an expression" : entry === "step" ? "code" : `${entry}()`;
  throw new ServiceError("invalid", `${step.name} never runs ${what}.`);
}

type Given = { graph: Graph; step: Step; cycleId: string; input: TryScriptInput };

async function trialOf(ctx: AccountContext, { graph, step, cycleId, input }: Given): Promise<Trial> {
  const { entry } = input;
  if (entry === "before_webhook" || entry === "after_webhook")
    return webhookTrial(ctx, { graph, step, cycleId, entry, input });
  const samples = await samplesOf(ctx, cycleId, input.receiptId);
  if (entry !== "step" && entry !== "expression")
    return actionTrial({ graph, step, entry, input, samples, accountId: ctx.accountId });
  const upstream = upstreamOf(graph, step.id);
  const typed = isJsonObject(input.sample as Json) ? (input.sample as { [stepId: string]: Json }) : undefined;
  const steps = typed ?? Object.fromEntries([...samples].filter(([id]) => upstream.has(id)));
  return { globals: { steps }, effectOf: entry === "step" ? stepEffect : expressionEffect };
}

/** The samples of the draft, or what the transaction of a recorded request gave. */
async function samplesOf(
  ctx: AccountContext,
  cycleId: string,
  receiptId: string | undefined,
): Promise<ReadonlyMap<string, Json>> {
  const receipt = receiptId === undefined ? undefined : await findReceipt(ctx, receiptId);
  if (receipt && receipt.transactionId === null)
    throw new ServiceError("invalid", "This request began no transaction. Choose one that did.");
  const samples = await listSamples(ctx, cycleId, { transactionId: receipt?.transactionId ?? undefined });
  return new Map(samples.map(({ stepId, data }) => [stepId, data as Json]));
}

const stepEffect = ({ error, returned }: ScriptRun): string => {
  if (error) return `The step fails: ${scriptFailure(null, error)}`;
  return returned === undefined
    ? "The step goes on without data: nothing was returned."
    : "What was returned becomes the step's data.";
};

const expressionEffect = ({ error, returned }: ScriptRun): string => {
  if (error) return `The step fails: ${scriptFailure(null, error).replace(/^The script/, "The expression")}`;
  return returned === undefined
    ? "The mapping has no value: nothing came of the expression."
    : "This becomes the value of the mapping.";
};
