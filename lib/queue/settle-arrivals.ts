import type { Pool } from "pg";
import { cancelSettled } from "./cancel";
import { lockValues } from "./continuation";
import { inTransaction } from "./in-transaction";
import { type Arrival, meetKeptRequests } from "./kept-requests";
import { type Settled, type SettleEntry, settleTransactions } from "./settle";

/**
 * Settles transactions as `settleTransactions` does. Those that have reached a mid-cycle webhook are met there by the requests that
 * were kept for them, and by those that come at the same moment: both sides lock the value first. One that would be held though
 * somebody asked for its end meanwhile is cancelled with the same commit: once it is held, nobody has it in hand who could heed that.
 */
export async function settleWithArrivals(
  pool: Pool,
  { workerId, entries }: { workerId: string; entries: readonly SettleEntry[] },
): Promise<Settled[]> {
  const arrivals = entries.flatMap(arrivalsOf);
  if (arrivals.length === 0 && !entries.some(isHeld)) return settleTransactions(pool, { workerId, entries });
  const settled = await inTransaction(pool, async (client) => {
    if (arrivals.length > 0) await lockValues(client, arrivals);
    const results = await settleTransactions(client, { workerId, entries });
    const asked = entries.filter((entry, index) => isHeld(entry) && results[index]!.cancelAsked);
    const cancelled = new Set(asked.length > 0 ? await cancelSettled(client, asked.map(idOf)) : []);
    const owned = new Set(entries.filter((_, index) => results[index]!.owned).map(idOf));
    const met = arrivals.filter(({ transactionId: id }) => owned.has(id) && !cancelled.has(id));
    if (met.length > 0) await meetKeptRequests(client, met);
    return results.map((result, index) => ({ ...result, cancelled: cancelled.has(idOf(entries[index]!)) }));
  });
  return settled!;
}

const isHeld = ({ state }: SettleEntry) => state === "HELD";
const idOf = ({ transactionId }: SettleEntry) => transactionId;

function arrivalsOf({ transactionId, seq, state, midCycle }: SettleEntry): Arrival[] {
  if (state === "CANCELLED") return [];
  return (midCycle?.opened ?? []).flatMap(({ stepId, value }) =>
    value === null ? [] : [{ transactionId, seq, stepId, value, cycleId: midCycle!.cycleId }],
  );
}
