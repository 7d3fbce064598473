import type { ReceiptCounts } from "@/lib/queue/receipts";

type Tally = {
  hour: number;
  /** Given here since the sums were last learned. */
  given: number;
  /** Given by all processes, by outcome, as last learned. */
  known: Map<string, number>;
};

/**
 * Gives each webhook `limit` receipts an hour. What other web processes gave is learned from the shared counts, so the
 * limit holds for the installation, but for what several of them give within the same second.
 */
export class HourlyCap {
  readonly #limit: number;
  readonly #tallies = new Map<string, Tally>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes one receipt of the hour that begins at `hour`; false when none is left. */
  take(webhookId: string, hour: number): boolean {
    const tally = this.#tallyOf(webhookId, hour);
    let taken = tally.given;
    for (const sum of tally.known.values()) taken += sum;
    if (taken >= this.#limit) return false;
    tally.given++;
    return true;
  }

  /** Learns the sums after `sent` was added to the shared counts, and forgets earlier hours. */
  learn(sent: readonly ReceiptCounts[], sums: readonly ReceiptCounts[]): void {
    const refused = (row: ReceiptCounts) => row.outcome !== "ACCEPTED";
    const newest = Math.max(...sums.map((row) => row.hour));
    for (const [webhookId, tally] of this.#tallies) if (tally.hour < newest) this.#tallies.delete(webhookId);
    for (const row of sent.filter(refused)) {
      const tally = this.#tallies.get(row.webhookId);
      if (tally?.hour === row.hour) tally.given = Math.max(0, tally.given - (row.count - row.unrecorded));
    }
    for (const row of sums.filter(refused)) {
      if (row.hour === newest)
        this.#tallyOf(row.webhookId, row.hour).known.set(row.outcome, row.count - row.unrecorded);
    }
  }

  #tallyOf(webhookId: string, hour: number): Tally {
    let tally = this.#tallies.get(webhookId);
    if (!tally || tally.hour < hour) {
      tally = { hour, given: 0, known: new Map() };
      this.#tallies.set(webhookId, tally);
    }
    return tally;
  }
}
