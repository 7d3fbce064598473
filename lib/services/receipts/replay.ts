import type {
  EditedRequest,
  ReplayReceiptInput,
  ReplayReceiptsInput,
  ReplayReceiptsResult,
} from "@/lib/contracts/replays";
import { uuid7 } from "@/lib/db/ids";
import { type AcceptEntry, acceptTransactions, lanes } from "@/lib/queue/accept";
import { activeTracing } from "@/lib/tracing/active";
import { enterAccount } from "../accounts/enter";
import { type AccountContext, type Context, requireBuilder } from "../context";
import { ServiceError } from "../errors";
import { findReceipt } from "./get";
import { continueByReplay } from "./replay-continuation";
import { type ReplayTarget, ReplayTargets } from "./replay-target";
import { replayedData } from "./replayed-data";

type How = { checked: boolean; version?: number; request?: EditedRequest };
type Receipt = Awaited<ReturnType<typeof findReceipt>>;
type Replayed = { receipt: Receipt; target: ReplayTarget; account: AccountContext } & Awaited<
  ReturnType<typeof replayedData>
>;
type Begun = { entry: AcceptEntry; receipt: Receipt };

/** Data of requests that are begun with one statement, in bytes. */
const BATCH_BYTES = 8 * 1024 * 1024;

async function prepare(ctx: Context, targets: ReplayTargets, receiptId: string, how: How): Promise<Replayed> {
  const receipt = await findReceipt(ctx, receiptId);
  if (receipt.accountId === null)
    throw new ServiceError("conflict", "No webhook has the identifier that this request was sent to.");
  const account = await enterAccount(ctx, receipt.accountId, "receipt");
  const target = await targets.find(account, receipt, how.version);
  return { receipt, target, account, ...(await replayedData(receipt, target, how)) };
}

const toEntry = ({ receipt, target, account, data }: Replayed): AcceptEntry => ({
  transactionId: uuid7(),
  accountId: account.accountId,
  cycleId: target.cycleId,
  versionId: target.versionId,
  stepId: target.stepId,
  lane: lanes.normal,
  synchronous: false,
  statusToken: null,
  receipt: null,
  receiptId: receipt.id,
  replayOf: receipt.outcome === "ACCEPTED" ? receipt.transactionId : null,
  // A replay carries its data: the request may be gone before it has ended.
  input: data,
  mayBeHeld: target.held,
});

/** Says first where the transactions come from, then begins them: none is ever seen without its origin. */
async function begin(ctx: Context, begun: readonly Begun[], { checked, request }: How): Promise<void> {
  if (begun.length === 0) return;
  const startedAt = Date.now();
  const how = { checked, edited: request !== undefined, replayedBy: ctx.userId };
  await ctx.db.replay.createMany({
    data: begun.map(({ entry: { transactionId, accountId }, receipt }) => ({
      ...{ transactionId, accountId, receiptId: receipt.id },
      ...how,
    })),
  });
  await acceptTransactions(
    ctx.pool,
    begun.map(({ entry }) => ({ ...entry, mayBeHeld: true })),
  );
  for (const { entry, receipt } of begun) {
    const { transactionId, accountId, cycleId, replayOf } = entry;
    if (!replayOf) continue;
    const original = { transactionId: replayOf, headers: receipt.headers as [string, string][] };
    activeTracing()?.replay({ transactionId, accountId, cycleId, original, startedAt, endedAt: Date.now() });
  }
}

/** Runs requests again, those that begin transactions many at a time. */
class Replays {
  readonly #ctx: Context;
  readonly #how: How;
  readonly #targets = new ReplayTargets();
  #batch: Begun[] = [];
  #batchBytes = 0;

  constructor(ctx: Context, how: How) {
    this.#ctx = ctx;
    this.#how = how;
  }

  /** Gives the transaction that it begins with the next flush, or that it has continued. Throws `not_found` and `conflict`. */
  async add(receiptId: string): Promise<string> {
    const replayed = await prepare(this.#ctx, this.#targets, receiptId, this.#how);
    const { receipt, target, account, data } = replayed;
    if (target.midCycle) {
      await this.flush();
      return continueByReplay(account, { receipt, target, data }, this.#how);
    }
    const entry = toEntry(replayed);
    this.#batch.push({ entry, receipt });
    this.#batchBytes += replayed.sizeBytes;
    if (this.#batchBytes >= BATCH_BYTES) await this.flush();
    return entry.transactionId;
  }

  async flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    await begin(this.#ctx, batch, this.#how);
  }
}

/**
 * Runs a recorded request, accepted or not, as a new Transaction; at a mid-cycle webhook it continues the newest Transaction that it
 * matches. Nobody waits for a response, and it is nobody's duplicate. Throws `not_found`, and `conflict` when it can't run: the
 * Cycle isn't active, the version has no such Step, the body was not kept or can't become data, the checks refuse it again,
 * the script ends it, or no Transaction matches.
 */
export async function replayReceipt(ctx: Context, receiptId: string, input: ReplayReceiptInput): Promise<string> {
  requireBuilder(ctx);
  const replays = new Replays(ctx, input);
  const transactionId = await replays.add(receiptId);
  await replays.flush();
  return transactionId;
}

/** The same for many, oldest first. One that can't run leaves the others to. */
export async function replayReceipts(ctx: Context, input: ReplayReceiptsInput): Promise<ReplayReceiptsResult> {
  requireBuilder(ctx);
  const replays = new Replays(ctx, input);
  const results: ReplayReceiptsResult["results"] = [];
  for (const receiptId of [...new Set(input.receiptIds.map((id) => id.toLowerCase()))].sort()) {
    try {
      results.push({ receiptId, transactionId: await replays.add(receiptId), problem: null });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      results.push({ receiptId, transactionId: null, problem: error.message });
    }
  }
  await replays.flush();
  return { results };
}
