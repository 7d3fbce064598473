import type { Graph } from "@/lib/core/graph";
import { jsonEquals } from "@/lib/core/json";
import { type SecretNames, secretNames, usualSecretNames } from "@/lib/core/secret-headers";
import { WebhookCheck } from "@/lib/core/webhook-check";
import type { Context } from "../context";

/** Checks by the ids of their steps. */
type Checks = Map<string, WebhookCheck[]>;

/** Versions never change, so those of a cycle that were read once need not be read again. */
type ReadCycle = { newest: number; checks: Checks };

const read = new Map<string, ReadCycle>();
const MOST_READ = 1_000;
/** Graphs that are in memory at a time. */
const BATCH = 20;

function addChecks(graph: Graph, checks: Checks): void {
  for (const { id, settings } of graph.steps) {
    const check = WebhookCheck.safeParse(settings.check).data;
    if (check?.kind !== "token") continue;
    const known = checks.get(id) ?? [];
    if (known.some((other) => jsonEquals(other, check))) continue;
    checks.set(id, [...known, check]);
  }
}

async function publishedChecks({ db }: Pick<Context, "db">, cycleId: string): Promise<Checks> {
  const cycle = read.get(cycleId) ?? { newest: 0, checks: new Map() };
  for (;;) {
    const versions = await db.cycleVersion.findMany({
      where: { cycleId, number: { gt: cycle.newest } },
      select: { number: true, graph: true },
      orderBy: { number: "asc" },
      take: BATCH,
    });
    for (const { number, graph } of versions) {
      addChecks(graph as Graph, cycle.checks);
      cycle.newest = Math.max(cycle.newest, number);
    }
    if (versions.length < BATCH) break;
  }
  if (read.size >= MOST_READ) read.clear();
  read.set(cycleId, cycle);
  return cycle.checks;
}

/**
 * Gives the secret names of requests to the webhooks of a Cycle, by Step: those that its draft or any version has, because
 * requests are looked at long after they came. The Cycle must be open to whoever asks.
 */
export async function secretNamesOfCycle(
  ctx: Pick<Context, "db">,
  cycleId: string,
): Promise<(stepId: string) => SecretNames> {
  const [published, cycle] = await Promise.all([
    publishedChecks(ctx, cycleId),
    ctx.db.cycle.findUnique({ where: { id: cycleId }, select: { draft: true } }),
  ]);
  const drafted: Checks = new Map();
  if (cycle) addChecks(cycle.draft as Graph, drafted);
  return (stepId) => {
    const checks = [...(published.get(stepId) ?? []), ...(drafted.get(stepId) ?? [])];
    return checks.length === 0 ? usualSecretNames : secretNames(checks);
  };
}

/** The secret names of a recorded request, which must be open to whoever asks. */
export async function secretNamesOfReceipt(
  ctx: Pick<Context, "db">,
  { webhookId }: { webhookId: string | null },
): Promise<SecretNames> {
  const select = { cycleId: true, stepId: true };
  const webhook = webhookId && (await ctx.db.webhook.findUnique({ where: { id: webhookId }, select }));
  if (!webhook) return usualSecretNames;
  return (await secretNamesOfCycle(ctx, webhook.cycleId))(webhook.stepId);
}
