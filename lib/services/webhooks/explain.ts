import type { ExplainRequestInput, ExplanationView } from "@/lib/contracts/security";
import { type Graph, Graph as GraphSchema } from "@/lib/core/graph";
import { checkSecretNames, PREVIOUS_CHECK_SECRET, WebhookCheck } from "@/lib/core/webhook-check";
import type { ExplainSecrets } from "@/lib/webhooks/checks/explain";
import { explainAddress } from "@/lib/webhooks/checks/explain-address";
import { explainPasted, explainRecorded } from "@/lib/webhooks/checks/explain-recorded";
import { headerOf } from "@/lib/webhooks/request";
import { NOT_DECRYPTED, openSecret, UNKNOWN_CHECK } from "@/lib/webhooks/security";
import type { HeaderPairs } from "@/lib/webhooks/step-data";
import { type AccountContext, type Context, requireBuilder } from "../context";
import { findStep } from "../cycles/find-step";
import { webhookUrl } from "../cycles/webhook-urls";
import { notFound, ServiceError } from "../errors";
import { findWebhook } from "../listen/find-webhook";
import { findReceipt } from "../receipts/get";
import { recordedBodies } from "../receipts/recorded-bodies";
import { explainByOthers, isUndecided } from "./explain-by-others";

type Place = { cycleId: string; stepId: string };
type StoredSecrets = {
  secrets: ExplainSecrets;
  isBroken: boolean;
  /** When one that is valid was stored; undefined: there is none. */
  storedAt: Date | undefined;
};

async function readSecrets({ db }: Context, { cycleId, stepId }: Place): Promise<StoredSecrets> {
  const names = { ...checkSecretNames, previous: PREVIOUS_CHECK_SECRET };
  const rows = await db.stepSecret.findMany({ where: { cycleId, stepId, name: { in: Object.values(names) } } });
  const open = (name: string) => openSecret(rows.find((row) => row.name === name)?.ciphertext);
  const [current, next, previous] = [open(names.current), open(names.next), open(names.previous)];
  const isBroken = current === null || next === null;
  const valid = rows.filter(({ name }) => name !== names.previous).map(({ updatedAt }) => updatedAt.getTime());
  return {
    secrets: { current: current ?? undefined, next: next ?? undefined, previous: previous ?? undefined },
    isBroken,
    storedAt: valid.length === 0 ? undefined : new Date(Math.max(...valid)),
  };
}

const unknownCheck: ExplanationView = {
  summary: UNKNOWN_CHECK,
  findings: [{ code: "settings", text: "Open the step, look at its check, and publish the cycle again." }],
};
const unusableCheck: ExplanationView = {
  summary: "The check can't be used as it is set up here.",
  findings: [{ code: "settings", text: "Put right what is marked under Security." }],
};
const noCheck: ExplanationView = {
  summary: "This step has no check: whoever knows its URL can send to it.",
  findings: [],
};
const broken = { code: "secret", text: NOT_DECRYPTED };

function checkOf(graph: Graph | undefined, stepId: string): WebhookCheck | undefined {
  const step = graph?.steps.find(({ id }) => id === stepId);
  return step && WebhookCheck.safeParse(step.settings.check ?? { kind: "none" }).data;
}

function toView(
  { summary, findings }: { summary: string; findings: readonly { code: string; text: string }[] },
  isBroken = false,
): ExplanationView {
  return { summary, findings: isBroken ? [broken, ...findings] : [...findings] };
}

/**
 * Explains why a recorded request was refused for its address, token or signature, by the published check, the list and
 * the secrets as they are now, and where it does not tell itself, by the requests around it. Throws `not_found`, and `invalid` for a request that was not.
 */
export async function explainReceipt(ctx: Context, receiptId: string): Promise<ExplanationView> {
  requireBuilder(ctx);
  const receipt = await findReceipt(ctx, receiptId);
  const webhook = receipt.webhookId && (await ctx.db.webhook.findUnique({ where: { id: receipt.webhookId } }));
  if (!webhook) throw notFound("webhook of this receipt");
  const headers = receipt.headers as unknown as HeaderPairs;
  const { clientIp, method, query, outcome } = receipt;
  if (outcome === "IP_NOT_ALLOWED")
    return toView(explainAddress({ allowedIps: webhook.allowedIps, clientIp, headers }));
  if (outcome !== "NOT_VERIFIED")
    throw new ServiceError("invalid", "This request was not refused by a check, so there is nothing to explain.");
  const cycle = await ctx.db.cycle.findUnique({ where: { id: webhook.cycleId }, include: { publishedVersion: true } });
  const check = checkOf(GraphSchema.safeParse(cycle?.publishedVersion?.graph).data, webhook.stepId);
  if (!check) return unknownCheck;
  const url = webhookUrl(webhook.identifier) + (query === "" ? "" : `?${query}`);
  const request = { method, url, headers, ...recordedBodies(receipt) };
  const { secrets, isBroken, storedAt } = await readSecrets(ctx, webhook);
  const times = { receivedAt: receipt.receivedAt.getTime(), now: Date.now() };
  const notKept = {
    isCut: receipt.bodyCut,
    isUnpacked: receipt.rawBody === null && headerOf(headers, "content-encoding") !== undefined,
  };
  const explanation = explainRecorded({ check, secrets, request, times }, notKept);
  const publishedAt = cycle?.publishedVersion?.createdAt;
  if (isBroken || !storedAt || !publishedAt || !isUndecided(explanation)) return toView(explanation, isBroken);
  const since = storedAt > publishedAt ? storedAt : publishedAt;
  const others = await explainByOthers(ctx, { receipt: { id: receipt.id, webhookId: webhook.id, clientIp }, since });
  return toView({ ...explanation, findings: [...explanation.findings, ...(others ? [others] : [])] });
}

/** Text as the door would have it: each character of a header's value stands for one byte. */
const asBytes = (text: string) => Buffer.from(text, "utf8").toString("latin1");

/**
 * Explains whether a request that was pasted passes the check of a Step as the draft has it, and if not, why. Throws
 * `not_found`.
 */
export async function explainRequest(
  ctx: AccountContext,
  { cycleId, stepId }: Place,
  input: ExplainRequestInput,
): Promise<ExplanationView> {
  requireBuilder(ctx);
  const webhook = await findWebhook(ctx, cycleId, stepId);
  const step = await findStep(ctx, cycleId, stepId);
  const check = WebhookCheck.safeParse(step.settings.check ?? { kind: "none" }).data;
  if (!check) return unusableCheck;
  if (check.kind === "none") return noCheck;
  const { secrets, isBroken } = await readSecrets(ctx, webhook);
  const request = {
    method: input.method.toUpperCase(),
    url: webhookUrl(webhook.identifier) + (input.query === "" ? "" : `?${input.query}`),
    headers: input.headers.map(([name, value]): [string, string] => [name, asBytes(value)]),
    rawBody: Buffer.from(input.body, "utf8"),
  };
  return toView(explainPasted(check, secrets, request, Date.now()), isBroken);
}
