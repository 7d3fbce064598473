import type { Pool } from "pg";
import type { Graph, Step } from "@/lib/core/graph";
import type { StepRecord } from "@/lib/core/transaction";
import type { Prisma, PrismaClient } from "@/lib/db/client";
import { uuid7 } from "@/lib/db/ids";
import { acceptTransactions, lanes } from "@/lib/queue/accept";
import type { ReceiptRow } from "@/lib/queue/receipt-rows";
import { writeReceipts } from "@/lib/queue/receipts";
import type { AccountContext, Context, ServiceRole } from "./context";
import { createCycle } from "./cycles/create";
import { publishCycle } from "./cycles/publish";
import { saveDraft } from "./cycles/save-draft";
import { startCycle } from "./cycles/start";

type Databases = { prisma: PrismaClient; pool: Pool };

export type World = {
  partnerId: string;
  accountId: string;
  otherAccountId: string;
  /** A partner admin, outside any account. */
  admin: Context;
  /** The partner admin in the account. */
  adminInside: AccountContext;
  builder: AccountContext;
  viewer: AccountContext;
  /** A builder of the other account, in that account. */
  stranger: AccountContext;
};

let worlds = 0;

/** Makes a partner with two accounts, a partner admin, a builder and a viewer of the first account and a builder of the second. */
export async function createWorld({ prisma, pool }: Databases): Promise<World> {
  const number = ++worlds;
  const partner = await prisma.partner.create({ data: { name: `Partner ${number}` } });
  const account = await prisma.account.create({ data: { partnerId: partner.id, name: `Account ${number}` } });
  const other = await prisma.account.create({ data: { partnerId: partner.id, name: `Other account ${number}` } });

  async function createContext(name: string, role: ServiceRole, accountIds: string[]): Promise<Context> {
    const user = await prisma.user.create({
      data: {
        partnerId: partner.id,
        email: `${name}-${number}@example.test`,
        name,
        passwordHash: "none",
        role,
        memberships: { create: accountIds.map((accountId) => ({ accountId })) },
      },
    });
    const accounts = role === "PARTNER_ADMIN" ? "all" : new Set(accountIds);
    return { db: prisma, pool, partnerId: partner.id, userId: user.id, role, accounts };
  }

  const admin = await createContext("admin", "PARTNER_ADMIN", []);
  return {
    partnerId: partner.id,
    accountId: account.id,
    otherAccountId: other.id,
    admin,
    adminInside: { ...admin, accountId: account.id },
    builder: { ...(await createContext("builder", "BUILDER", [account.id])), accountId: account.id },
    viewer: { ...(await createContext("viewer", "VIEWER", [account.id])), accountId: account.id },
    stranger: { ...(await createContext("stranger", "BUILDER", [other.id])), accountId: other.id },
  };
}

/** A step for a test's graph; where nothing else is said it is named like its id and its settings are empty. */
export const step = (id: string, type: string, rest: Partial<Step> = {}): Step => ({
  id,
  type,
  name: id,
  position: { x: 0, y: 0 },
  settings: {},
  ...rest,
});

/** The smallest graph that can be started: a Webhook (`start`) that leads to a Stop (`end`). */
export const smallGraph: Graph = {
  steps: [step("start", "webhook"), step("end", "stop", { position: { x: 300, y: 0 } })],
  edges: [{ from: "start", exit: "next", to: "end" }],
  variables: [],
};

export type MadeCycle = {
  cycleId: string;
  versionId: string;
  /** Identifiers by step id. */
  webhooks: Record<string, string>;
};

let cycles = 0;

/** Makes a cycle with this graph as its draft and first version, and starts it unless told otherwise. */
export async function createPublishedCycle(
  ctx: AccountContext,
  graph: Graph = smallGraph,
  { name = `Cycle ${++cycles}`, start = true }: { name?: string; start?: boolean } = {},
): Promise<MadeCycle> {
  const { id: cycleId, draftRevision } = await createCycle(ctx, { name });
  await saveDraft(ctx, cycleId, { revision: draftRevision, graph });
  const cycle = start ? await startCycle(ctx, cycleId, { once: false }) : await publishCycle(ctx, cycleId);
  return {
    cycleId,
    versionId: cycle.publishedVersionId!,
    webhooks: Object.fromEntries(cycle.webhooks.map(({ stepId, identifier }) => [stepId, identifier])),
  };
}

export type MadeRequest = { transactionId: string; receiptId: string };

/** A request to the first webhook of a cycle, as the door records it; `rest` overrides columns of its receipt. */
async function receiptOf(
  ctx: AccountContext,
  { cycleId }: MadeCycle,
  body: string,
  rest: Partial<ReceiptRow>,
): Promise<ReceiptRow> {
  const webhook = await ctx.db.webhook.findFirstOrThrow({ where: { cycleId }, orderBy: { id: "asc" } });
  const bytes = Buffer.from(body);
  return {
    id: uuid7(),
    webhookId: webhook.id,
    identifier: webhook.identifier,
    accountId: webhook.accountId,
    cycleId,
    receivedAt: Date.now(),
    method: "POST",
    query: "",
    headers: JSON.stringify([["Content-Type", "application/json"]]),
    clientIp: "192.0.2.10",
    contentType: "application/json",
    sizeBytes: bytes.length,
    body: bytes,
    bodyCut: false,
    outcome: "ACCEPTED",
    reason: null,
    status: 200,
    durationMs: 1.5,
    transactionId: null,
    answer: null,
    duplicateOf: null,
    ...rest,
  };
}

/** Accepts a request with this body for a cycle, as the door does: receipt, transaction and job. */
export async function acceptRequest(
  ctx: AccountContext,
  cycle: MadeCycle,
  body = "{}",
  rest: Partial<ReceiptRow> = {},
): Promise<MadeRequest> {
  const transactionId = uuid7();
  const receipt = await receiptOf(ctx, cycle, body, { transactionId, ...rest });
  const { accountId } = ctx;
  const { cycleId, versionId } = cycle;
  const entry = {
    transactionId,
    accountId,
    cycleId,
    versionId,
    stepId: "start",
    synchronous: false,
    statusToken: null,
  };
  await acceptTransactions(ctx.pool, [{ ...entry, lane: lanes.normal, receipt }]);
  return { transactionId, receiptId: receipt.id };
}

/** Records a request that began no transaction, as the door does. Gives the receipt's id. */
export async function refuseRequest(
  ctx: AccountContext,
  cycle: MadeCycle,
  rest: Partial<ReceiptRow> & Pick<ReceiptRow, "outcome" | "status">,
  body = "{}",
): Promise<string> {
  const receipt = await receiptOf(ctx, cycle, body, rest);
  await writeReceipts(ctx.pool, [receipt]);
  return receipt.id;
}

export type Ending = { state?: "COMPLETED" | "FAILED"; steps?: StepRecord[]; error?: string; errorStepId?: string };

/** Ends a transaction, as the worker does: its job is gone and what its steps did is stored. */
export async function endTransaction(ctx: AccountContext, id: string, ending: Ending = {}): Promise<void> {
  const { state = "COMPLETED", steps = [], error = null, errorStepId = null } = ending;
  await ctx.db.job.deleteMany({ where: { transactionId: id } });
  await ctx.db.checkpoint.create({
    data: { transactionId: id, number: 1, steps: steps as Prisma.InputJsonValue, waits: [] },
  });
  const now = new Date();
  const times = { startedAt: new Date(now.getTime() - 25), endedAt: now };
  await ctx.db.transaction.update({ where: { id }, data: { state, error, errorStepId, ...times } });
}
