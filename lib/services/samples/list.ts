import type { z } from "zod";
import type { SampleQuery, StepSampleView } from "@/lib/contracts/cycles";
import { type Graph, topologicalOrder } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import { listedIds } from "@/lib/core/partition-days";
import { redactStepData } from "@/lib/core/secret-headers";
import { deriveSample } from "@/lib/steps/derive-sample";
import type { AccountContext } from "../context";
import { findCycle } from "../cycles/find";
import { notFound } from "../errors";
import { findTransaction } from "../transactions/find";
import { readRun } from "../transactions/read-run";
import { secretNamesOfCycle } from "../webhooks/secret-names";

type Samples = Map<string, StepSampleView>;

/** What each Step gave in one Transaction, at its last visit. */
async function samplesOfTransaction(ctx: AccountContext, cycleId: string, transactionId: string): Promise<Samples> {
  const transaction = await findTransaction(ctx, transactionId);
  if (transaction.cycleId !== cycleId) throw notFound("transaction of this cycle");
  const { input, steps } = await readRun(ctx, transaction);
  const at = transaction.acceptedAt.toISOString();
  const given = new Map<string, Json>(input === null ? [] : [[transaction.stepId, input]]);
  for (const { stepId, output } of steps) if (output !== undefined) given.set(stepId, output as Json);
  return new Map([...given].map(([stepId, data]) => [stepId, { stepId, source: "transaction", at, data }]));
}

async function newestSamples(ctx: AccountContext, cycleId: string): Promise<Samples> {
  const { least, end } = listedIds(new Date());
  const newest = await ctx.db.transaction.findFirst({
    where: { cycleId, accountId: ctx.accountId, id: { gte: least, lt: end }, state: { in: ["COMPLETED", "FAILED"] } },
    select: { id: true, stepId: true },
    orderBy: { id: "desc" },
  });
  const samples = newest ? await samplesOfTransaction(ctx, cycleId, newest.id) : new Map();
  const trigger = newest && samples.get(newest.stepId);
  if (trigger) samples.set(newest.stepId, { ...trigger, source: "request" });
  return samples;
}

async function keptSamples(ctx: AccountContext, cycleId: string): Promise<Samples> {
  const [kept, namesOf] = await Promise.all([
    ctx.db.stepSample.findMany({ where: { cycleId } }),
    secretNamesOfCycle(ctx, cycleId),
  ]);
  return new Map(
    kept.map(({ stepId, source, updatedAt, data }) => [
      stepId,
      {
        stepId,
        source: source === "PASTED" ? "pasted" : "request",
        at: updatedAt.toISOString(),
        // Names may have become secret since it was heard.
        data: source === "PASTED" ? (data as Json) : redactStepData(data as Json, namesOf(stepId)),
      },
    ]),
  );
}

function addDerived(graph: Graph, samples: Samples): void {
  const steps = new Map(graph.steps.map((step) => [step.id, step]));
  const known = new Map([...samples].map(([stepId, { data }]) => [stepId, data as Json]));
  for (const stepId of topologicalOrder(graph)) {
    if (known.has(stepId)) continue;
    const data = deriveSample(steps.get(stepId)!, { samples: known, variables: graph.variables });
    if (data === undefined) continue;
    known.set(stepId, data);
    samples.set(stepId, { stepId, source: "schema", at: null, data });
  }
}

/**
 * Sample data of the draft's Steps: what was pasted or listened for, else the newest Transaction's, else what their
 * settings say. With `transactionId` that Transaction's data and nothing else. Throws `not_found`.
 */
export async function listSamples(
  ctx: AccountContext,
  cycleId: string,
  { transactionId }: z.infer<typeof SampleQuery>,
): Promise<StepSampleView[]> {
  const cycle = await findCycle(ctx, cycleId);
  if (transactionId !== undefined) return [...(await samplesOfTransaction(ctx, cycle.id, transactionId)).values()];
  const [newest, kept] = await Promise.all([newestSamples(ctx, cycle.id), keptSamples(ctx, cycle.id)]);
  const graph = cycle.draft as Graph;
  const samples = new Map([...newest, ...kept]);
  addDerived(graph, samples);
  return graph.steps.flatMap(({ id }) => samples.get(id) ?? []);
}
