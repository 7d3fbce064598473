import type { Json } from "@/lib/core/json";
import { redactStepData } from "@/lib/core/secret-headers";
import type { StepRecord, Wait } from "@/lib/core/transaction";
import { definitionOf } from "@/lib/steps/definitions";
import type { AccountContext } from "../context";
import { decodedColumns, decodeReceipt } from "../receipts/decode";
import { knownVersions } from "../versions/known";
import { secretNamesOfCycle } from "../webhooks/secret-names";

/** Checkpoints that are shown: of a transaction that was continued thousands of times, the first and the newest. */
const FIRST_SHOWN = 100;
const NEWEST_SHOWN = 500;

type Row = {
  id: string;
  cycleId: string;
  versionId: string;
  stepId: string;
  receiptId: string | null;
  input: unknown;
};

export type Run = {
  /** The trigger Step's data; null when its Receipt is gone. */
  input: Json | null;
  /** In the order in which they ended; the trigger's has its data as output. */
  steps: StepRecord[];
  /** Where in `steps` those of the middle are left out; null: none are. */
  leftOutAt: number | null;
  waits: Wait[];
};

async function readInput(ctx: AccountContext, { receiptId, input }: Row): Promise<Json | null> {
  if (input !== null) return input as Json;
  const receipt = receiptId
    ? await ctx.db.receipt.findUnique({ where: { id: receiptId }, select: decodedColumns })
    : null;
  return receipt && decodeReceipt(receipt).data;
}

/** The first checkpoints and the newest ones, in order; `isGap` when there are others between. */
async function readCheckpoints(ctx: AccountContext, transactionId: string) {
  const find = (above: number, below: number | undefined, order: "asc" | "desc", take: number) =>
    ctx.db.checkpoint.findMany({
      where: { transactionId, number: { gt: above, lt: below } },
      orderBy: { number: order },
      take,
    });
  const newest = (await find(0, undefined, "desc", NEWEST_SHOWN)).reverse();
  if (newest.length < NEWEST_SHOWN) return { first: [], newest, isGap: false };
  const next = newest[0]!.number;
  const first = await find(0, next, "asc", FIRST_SHOWN);
  return { first, newest, isGap: (first.at(-1)?.number ?? 0) < next - 1 };
}

/**
 * What a Transaction of the Account began with and has done; secret headers and query parameters of the requests to its webhooks are
 * blanked out. The row must have been found inside the Account.
 */
export async function readRun(ctx: AccountContext, transaction: Row): Promise<Run> {
  const { id, cycleId, versionId, stepId: triggerId } = transaction;
  const [sent, checkpoints, versions, namesOf] = await Promise.all([
    readInput(ctx, transaction),
    readCheckpoints(ctx, id),
    knownVersions(ctx, [versionId]),
    secretNamesOfCycle(ctx, cycleId),
  ]);
  const input = sent && redactStepData(sent, namesOf(triggerId));
  const types = versions.get(versionId)?.steps;
  const shown = (record: StepRecord): StepRecord => {
    const { stepId, output } = record;
    if (stepId !== triggerId && !definitionOf(types?.get(stepId)?.type ?? "")?.webhook) return record;
    if (output !== undefined) return { ...record, output: redactStepData(output as Json, namesOf(stepId)) };
    return stepId === triggerId && input !== null ? { ...record, output: input } : record;
  };
  const { first, newest, isGap } = checkpoints;
  const recordsOf = (rows: typeof newest) => rows.flatMap(({ steps }) => (steps as StepRecord[]).map(shown));
  const before = recordsOf(first);
  return {
    input,
    steps: [...before, ...recordsOf(newest)],
    leftOutAt: isGap ? before.length : null,
    waits: (newest.at(-1)?.waits ?? []) as Wait[],
  };
}
