import type { Pool } from "pg";
import type { Graph, Step } from "@/lib/core/graph";
import type { PrismaClient } from "@/lib/db/client";
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
