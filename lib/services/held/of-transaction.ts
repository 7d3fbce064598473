import type { ContinuationView, ReachedStep } from "@/lib/contracts/held";
import type { AccountContext } from "../context";

/** Continuations that are shown: the first, as many as steps of the beginning are shown of, and the newest. */
const FIRST_SHOWN = 100;
const NEWEST_SHOWN = 1_000;
const sources = { REQUEST: "request", HAND: "hand", TIMEOUT: "timeout" } as const;
const states = { QUEUED: "queued", TAKEN: "taken", DISCARDED: "discarded" } as const;

export type MidCycleView = {
  /** The first 100 and the newest 1,000, in order. */
  continuations: Omit<ContinuationView, "stepName">[];
  reached: Omit<ReachedStep, "stepName">[];
};

/** Where a Transaction stands with mid-cycle Webhooks. The row must have been found inside the Account. */
export async function readMidCycle(ctx: AccountContext, transactionId: string): Promise<MidCycleView> {
  const find = (number: { lte: number } | { gt: number }, order: "asc" | "desc", take: number) =>
    ctx.db.continuation.findMany({
      where: { transactionId, number },
      omit: { input: true },
      orderBy: { number: order },
      take,
    });
  const [first, newest, reached] = await Promise.all([
    find({ lte: FIRST_SHOWN }, "asc", FIRST_SHOWN),
    find({ gt: FIRST_SHOWN }, "desc", NEWEST_SHOWN),
    ctx.db.reachedWebhook.findMany({ where: { transactionId }, orderBy: { since: "asc" } }),
  ]);
  return {
    continuations: [...first, ...newest.reverse()].map(({ number, stepId, source, state, createdAt, receiptId }) => ({
      number,
      stepId,
      source: sources[source],
      state: states[state],
      at: createdAt.toISOString(),
      receiptId,
    })),
    reached: reached.map(({ stepId, value, held, until }) => ({
      stepId,
      value,
      held,
      until: until?.toISOString() ?? null,
    })),
  };
}
