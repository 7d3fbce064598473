import type { Json } from "@/lib/core/json";
import type { StepRecord, Wait } from "@/lib/core/transaction";
import type { AccountContext } from "../context";
import { decodedColumns, decodeReceipt } from "../receipts/decode";

type Row = { id: string; stepId: string; receiptId: string | null; input: unknown };

export type Run = {
  /** The trigger Step's data; null when its Receipt is gone. */
  input: Json | null;
  /** In the order in which they ended; the trigger's has its data as output. */
  steps: StepRecord[];
  waits: Wait[];
};

async function readInput(ctx: AccountContext, { receiptId, input }: Row): Promise<Json | null> {
  if (input !== null) return input as Json;
  const receipt = receiptId
    ? await ctx.db.receipt.findUnique({ where: { id: receiptId }, select: decodedColumns })
    : null;
  return receipt && decodeReceipt(receipt).data;
}

/** What a Transaction of the Account began with and has done. The row must have been found inside the Account. */
export async function readRun(ctx: AccountContext, transaction: Row): Promise<Run> {
  const [input, checkpoints] = await Promise.all([
    readInput(ctx, transaction),
    ctx.db.checkpoint.findMany({ where: { transactionId: transaction.id }, orderBy: { number: "asc" } }),
  ]);
  const records = checkpoints.flatMap(({ steps }) => steps as StepRecord[]);
  const steps = records.map((record) =>
    record.stepId === transaction.stepId && record.output === undefined && input !== null
      ? { ...record, output: input }
      : record,
  );
  return { input, steps, waits: (checkpoints.at(-1)?.waits ?? []) as Wait[] };
}
