import type { Pool, PoolClient } from "pg";
import type { FirstRequest } from "./accept";
import { addContinuation, addContinuations, lockValues, type MatchedValue, tryLockValues } from "./continuation";
import { takeKeys } from "./duplicate-keys";
import { BY_INDEX, inTransaction, Undo } from "./in-transaction";
import { keepRequests } from "./kept-requests";
import { matchKey } from "./match-key";
import { meetTransactions } from "./meet-transactions";
import { PackedRows } from "./packed-rows";
import { RECEIPT_INSERT, type ReceiptRow, receiptParameters } from "./receipt-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;
/** How long several requests wait for what somebody else has in hand. */
const MOMENT_MS = 250;
/** Each time the newest transaction that matched was gone a moment later. */
const MOST_TRIES = 5;

/** A request to a mid-cycle webhook. */
export type MidCycleRequest = {
  cycleId: string;
  stepId: string;
  /** Of lib/core/match-value.ts. */
  value: string;
  /** How long it is kept when no transaction matches, in seconds; null: not at all. */
  keepSeconds: number | null;
  /** The step's data as JSON text, where a script has changed it; null: it is read from the receipt. */
  input: string | null;
  receipt: ReceiptRow;
  /** What its duplicates have in common with it, and for how long. */
  unique?: { key: string; windowSeconds: number };
};

/** What became of the request; with `no-match` and `full` (as many as may be are kept for its value) nothing was stored. */
export type Continued =
  | { kind: "continued"; transactionId: string; number: number }
  | { kind: "kept" }
  | { kind: "duplicate"; first: FirstRequest }
  | { kind: "no-match" | "full" };

/** The newest transaction that has reached the step with this value: one look at an index, however many have. */
export const NEWEST_MATCH = `
  SELECT "transactionId" FROM "ReachedWebhook"
  WHERE "cycleId" = $1 AND "stepId" = $2 AND value = $3
  ORDER BY "cycleId" DESC, "stepId" DESC, value DESC, seq DESC LIMIT 1`;

/** The id of the newest transaction that has reached the step with this value (of match-key.ts); undefined when there is none. */
export async function findMatch(db: Db, { cycleId, stepId, value }: MatchedValue): Promise<string | undefined> {
  const [row] = await run<{ transactionId: string }>(db, {
    name: "newest-match",
    text: NEWEST_MATCH,
    values: [cycleId, stepId, value],
    timeoutMs: TIMEOUT_MS,
  });
  return row?.transactionId;
}

/**
 * Continues the newest transaction that has reached the step with the request's value, also one that was continued before or has
 * ended; or keeps the request for one that comes. What it gives is committed with the request's receipt. A transaction that
 * reaches the step at the same moment either is found here, or finds the kept request.
 */
export async function continueByRequest(pool: Pool, request: MidCycleRequest): Promise<Continued> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const [continued] = await continueAll(pool, [request], BY_INDEX);
    if (continued) return continued;
  }
  return { kind: "no-match" };
}

/**
 * The same for several requests with one database transaction, in their order. Those are left out that would let the others wait for
 * somebody else: whose value or transaction another has in hand at this moment, or for which there may be no room. Where all have
 * one value, it is waited for, a moment.
 *
 * @returns what became of each; undefined: nothing yet, it shall be tried by `continueByRequest`
 */
export async function continueTogether(
  pool: Pool,
  requests: readonly MidCycleRequest[],
): Promise<(Continued | undefined)[]> {
  try {
    return await continueAll(pool, requests, `${BY_INDEX}; SET LOCAL lock_timeout = ${MOMENT_MS}`);
  } catch (error) {
    if ((error as { code?: string }).code !== "55P03") throw error; // lock_not_available
    return requests.map(() => undefined);
  }
}

async function continueAll(
  pool: Pool,
  requests: readonly MidCycleRequest[],
  begin: string,
): Promise<(Continued | undefined)[]> {
  const matched = requests.map((request) => ({ ...request, value: matchKey(request.value) }));
  let isFull = false;
  const made = await inTransaction(
    pool,
    async (client) => {
      const results = await continueOnce(client, matched);
      isFull = results.some((result) => result?.kind === "full");
      if (isFull) throw new Undo(); // also the key that it took: it shall be no duplicate of itself when it is sent again
      return results;
    },
    begin,
  );
  return made ?? requests.map(() => (isFull ? { kind: "full" } : undefined));
}

type Group = MatchedValue & { count: number; requests: MidCycleRequest[] };

function byValue(requests: readonly MidCycleRequest[]): Group[] {
  const groups = new Map<string, Group>();
  for (const request of requests) {
    const { cycleId, stepId, value } = request;
    const key = `${cycleId} ${stepId} ${value}`;
    const group = groups.get(key) ?? { cycleId, stepId, value, count: 0, requests: [] };
    group.count = group.requests.push(request);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** What becomes of a request, unless it is a duplicate. */
type Fate = { request: MidCycleRequest; transactionId: string | null; isFull: boolean };

/** What becomes of those of the requests that need not wait; those that no transaction waits for and that aren't kept are in `made`. */
async function meet(client: PoolClient, requests: readonly MidCycleRequest[], made: Map<MidCycleRequest, Continued>) {
  const groups = byValue(requests);
  const waits = groups.length === 1;
  if (waits) await lockValues(client, groups);
  const free = waits ? groups : await tryLockValues(client, groups);
  const standings = await meetTransactions(client, free, { waits });
  const fates: Fate[] = [];
  for (const [index, group] of free.entries()) {
    const { transactionId, isBusy, isFull } = standings[index]!;
    const leaves = isBusy || (isFull && requests.length > 1);
    for (const request of group.requests) {
      if (transactionId === null && request.keepSeconds === null) made.set(request, { kind: "no-match" });
      else if (!leaves) fates.push({ request, transactionId, isFull });
    }
  }
  return fates;
}

/** Those that are no duplicates; the others are in `made`. */
async function withoutDuplicates(client: PoolClient, fates: readonly Fate[], made: Map<MidCycleRequest, Continued>) {
  const keyed = fates.flatMap(({ request: { unique, receipt }, transactionId }) =>
    unique && receipt.webhookId !== null
      ? { ...unique, webhookId: receipt.webhookId, receiptId: receipt.id, transactionId }
      : [],
  );
  if (keyed.length === 0) return fates;
  const firsts = await takeKeys(client, keyed);
  const duplicates = new Map(keyed.map(({ receiptId }, index) => [receiptId, firsts[index]]));
  return fates.filter(({ request }) => {
    const first = duplicates.get(request.receipt.id);
    if (first) made.set(request, { kind: "duplicate", first });
    return !first;
  });
}

/** Throws `Undo` when a transaction that matched is gone. */
async function continueOnce(client: PoolClient, requests: readonly MidCycleRequest[]) {
  const made = new Map<MidCycleRequest, Continued>();
  const fates = await withoutDuplicates(client, await meet(client, requests, made), made);
  const matches = fates.flatMap(({ request, transactionId }) => (transactionId ? { request, transactionId } : []));
  const added = matches.length > 0 ? await addRequests(client, matches) : NONE_ADDED;
  const receipts: ReceiptRow[] = [];
  for (const { request, transactionId } of matches) {
    const number = added.get(request.receipt.id);
    if (number === undefined) throw new Undo();
    receipts.push({ ...request.receipt, outcome: "ACCEPTED", transactionId });
    made.set(request, { kind: "continued", transactionId, number });
  }
  const early = fates.flatMap(({ request, transactionId, isFull }) => {
    if (transactionId !== null) return [];
    made.set(request, { kind: isFull ? "full" : "kept" });
    return isFull ? [] : request;
  });
  if (early.length > 0) await keepRequests(client, early.map(toKept));
  receipts.push(...early.map(({ receipt }) => ({ ...receipt, outcome: "KEPT" as const })));
  if (receipts.length > 0) await insertReceipts(client, receipts);
  return requests.map((request) => made.get(request));
}

const NONE_ADDED: ReadonlyMap<string | null, number> = new Map();

type Match = { request: MidCycleRequest; transactionId: string };

/** Gives the numbers of the continuations by the ids of their receipts. */
async function addRequests(client: PoolClient, matches: readonly Match[]): Promise<ReadonlyMap<string | null, number>> {
  const continuations = matches.map(({ request: { stepId, value, input, receipt }, transactionId }) => ({
    ...{ transactionId, stepId, value, input },
    receiptId: receipt.id,
  }));
  const added = await addContinuations(client, { source: "REQUEST", createdBy: null }, continuations);
  return new Map(added.map(({ receiptId, number }) => [receiptId, number]));
}

const toKept = ({ cycleId, stepId, value, input, receipt, keepSeconds }: MidCycleRequest) => ({
  ...{ cycleId, stepId, value, input },
  receiptId: receipt.id,
  seconds: keepSeconds!,
});

async function insertReceipts(db: Db, receipts: readonly ReceiptRow[]): Promise<void> {
  const packed = new PackedRows();
  const parameters = receiptParameters(receipts, packed);
  const values = [packed.bytes(), ...parameters];
  await run(db, { name: "write-continuing-receipts", text: RECEIPT_INSERT, values, timeoutMs: TIMEOUT_MS });
}

/** Which receipt's request a continuation runs again, and how. */
export type ReplayOrigin = { receiptId: string; accountId: string; checked: boolean; edited: boolean };

/** Data of a person's own for a transaction that has reached a step, typed or of a request that is run again. */
export type HandContinuation = {
  transactionId: string;
  stepId: string;
  /** JSON text. */
  input: string;
  /** Null for API keys. */
  userId: string | null;
  replay?: ReplayOrigin;
};

/**
 * Continues a transaction of an account from a step that it has reached, with data of a person's own. Where that is a request run
 * again, its origin is committed with it.
 *
 * @returns the continuation's number; undefined when it has not reached the step, or was cancelled
 */
export function continueByHand(
  pool: Pool,
  { transactionId, stepId, input, userId, replay }: HandContinuation,
): Promise<number | undefined> {
  return inTransaction(
    pool,
    async (client) => {
      const continuation = { transactionId, stepId, source: "HAND", value: null, receiptId: null } as const;
      const number = await addContinuation(client, { ...continuation, input, createdBy: userId });
      if (number === undefined) throw new Undo();
      if (replay) await writeOrigin(client, { ...replay, transactionId, number, userId });
      return number;
    },
    BY_INDEX,
  );
}

type WrittenOrigin = ReplayOrigin & { transactionId: string; number: number; userId: string | null };

async function writeOrigin(db: Db, origin: WrittenOrigin): Promise<void> {
  const { transactionId, number, receiptId, accountId, checked, edited, userId } = origin;
  await run(db, {
    name: "write-origin",
    text: `
      INSERT INTO "Replay" ("transactionId", continuation, "receiptId", "accountId", checked, edited, "replayedBy")
      VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    values: [transactionId, number, receiptId, accountId, checked, edited, userId],
    timeoutMs: TIMEOUT_MS,
  });
}
