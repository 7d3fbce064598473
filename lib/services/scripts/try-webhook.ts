import type { TryScriptInput } from "@/lib/contracts/scripts";
import type { Graph, Step } from "@/lib/core/graph";
import { isJsonObject, type Json } from "@/lib/core/json";
import { redactHeaders, redactQuery } from "@/lib/core/secret-headers";
import type { ScriptGlobals, ScriptRun } from "@/lib/script/job";
import { type HeaderPairs, toScriptData } from "@/lib/webhooks/step-data";
import { readVerdict, type ScriptedRequest, type WebhookEvent, WebhookScript } from "@/lib/webhooks/webhook-script";
import type { AccountContext } from "../context";
import { ServiceError } from "../errors";
import { findReceipt } from "../receipts/get";
import { listSamples } from "../samples/list";
import { secretNamesOfReceipt } from "../webhooks/secret-names";

type Given = { graph: Graph; step: Step; cycleId: string; entry: WebhookEvent; input: TryScriptInput };

/** A function of a webhook step, with the request that it gets, made as the door makes it. */
export async function webhookTrial(ctx: AccountContext, { graph, step, cycleId, entry, input }: Given) {
  const request = await requestOf(ctx, cycleId, step, input);
  const owner = { accountId: ctx.accountId, cycleId, stepId: step.id, variables: graph.variables };
  const globals: ScriptGlobals = WebhookScript.ofCode(input.code, owner).job(entry, request, 0).globals;
  return { globals, effectOf: (run: ScriptRun) => effectOf(entry, request, run) };
}

async function requestOf(
  ctx: AccountContext,
  cycleId: string,
  step: Step,
  { receiptId, sample }: TryScriptInput,
): Promise<ScriptedRequest> {
  if (receiptId !== undefined) {
    const receipt = await findReceipt(ctx, receiptId);
    if (receipt.accountId !== ctx.accountId) throw new ServiceError("not_found", "There is no such receipt.");
    if (receipt.bodyCut)
      throw new ServiceError("invalid", "Only the beginning of this request's body was kept. Choose another one.");
    const { method, contentType, body } = receipt;
    // What the script is given is shown beside what it makes of it.
    const names = await secretNamesOfReceipt(ctx, receipt);
    const headers = redactHeaders(receipt.headers as unknown as HeaderPairs, names);
    const query = redactQuery(receipt.query, names);
    return { method, data: toScriptData({ headers, query, contentType, body: Buffer.from(body ?? []) }) };
  }
  const known = sample ?? (await listSamples(ctx, cycleId, {})).find(({ stepId }) => stepId === step.id)?.data ?? {};
  const data = isJsonObject(known as Json) ? (known as { [key: string]: Json }) : { body: known as Json };
  const { body = null, query = {}, headers = {}, method = "POST" } = data;
  return {
    method: typeof method === "string" ? method : "POST",
    data: { body, query, headers: isJsonObject(headers) ? headers : {} },
  };
}

function effectOf(entry: WebhookEvent, request: ScriptedRequest, run: ScriptRun): string {
  const verdict = readVerdict(entry, request, run);
  switch (verdict.kind) {
    case "goes-on": {
      const { method, data } = verdict.request;
      const isChanged = data !== request.data;
      if (method !== "POST") return "The caller gets 200 Webhook found., and nothing begins.";
      const turned = method === request.method ? "" : ` The ${request.method} counts as a POST.`;
      return `${isChanged ? "The request goes on with the changed data." : "The request goes on as it came."}${turned}`;
    }
    case "ignored":
      return "The caller gets 200 Webhook accepted., and nothing begins.";
    case "answered":
      return `The caller gets the answer that the script set, with status ${verdict.answer.status}.`;
    case "failed":
      return `The caller gets 500 Webhook script failed. The receipt says: ${verdict.reason.split("\n")[0]}`;
    case "busy":
      return "Nothing was run: too many scripts are waiting. Try again in a moment.";
    default:
      return verdict satisfies never;
  }
}
