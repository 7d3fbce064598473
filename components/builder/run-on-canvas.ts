import type { TransactionView } from "@/lib/contracts/transactions";

export type RunRecord = TransactionView["steps"][number];

/** A transaction as it is drawn: which steps it has come through at the chosen moment, and by which edges. */
export type RunOnCanvas = {
  transaction: TransactionView;
  /** Records in the order of their beginnings. */
  records: readonly RunRecord[];
  /** How many of the records are shown; the last of them is the current one. */
  upTo: number;
  byStep: ReadonlyMap<string, RunRecord>;
  /** Steps that a delay or a retry holds at the end. */
  waiting: ReadonlyMap<string, TransactionView["waits"][number]>;
  /** `step/exit` of the exits that were taken so far. */
  taken: ReadonlySet<string>;
};

/** Draws a transaction up to its `upTo`th record. */
export function runOnCanvas(transaction: TransactionView, upTo?: number): RunOnCanvas {
  const records = transaction.steps.toSorted((a, b) =>
    a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0,
  );
  const count = Math.min(upTo ?? records.length, records.length);
  const shown = records.slice(0, count);
  return {
    transaction,
    records,
    upTo: count,
    byStep: new Map(shown.map((record) => [record.stepId, record])),
    waiting: new Map(count === records.length ? transaction.waits.map((wait) => [wait.stepId, wait]) : []),
    taken: new Set(shown.flatMap((record) => (record.exit === null ? [] : [`${record.stepId}/${record.exit}`]))),
  };
}
