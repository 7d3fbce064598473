import type { ReceiptOutcome } from "@/lib/queue/receipt-rows";
import type { ReceiptCounts } from "@/lib/queue/receipts";

type Tally = {
  hour: number;
  /** Given here since the sums were last learned, by outcome. */
  given: Map<ReceiptOutcome, number>;
  /** Given by all processes, by outcome, as last learned. */
  known: Map<ReceiptOutcome, number>;
};

const totalOf = (numbers: Map<unknown, number>) => {
  let total = 0;
  for (const number of numbers.values()) total += number;
  return total;
};

/**
 * Gives each webhook `limit` receipts an hour, and of each outcome `reserved` however many there are of others, so that a flood of
 * one kind does not hide the rest. What other web processes gave is learned from the shared counts, so the limits hold for the
 * installation, but for what several of them give within the same second.
 */
export class HourlyCap {
  readonly #limit: number;
  readonly #reserved: number;
  readonly #tallies = new Map<string, Tally>();

  constructor(limit: number, reserved = 0) {
    this.#limit = limit;
    this.#reserved = reserved;
  }

  /** Takes one receipt of the hour that begins at `hour`; false when none is left. */
  take(webhookId: string, hour: number, outcome: ReceiptOutcome): boolean {
    const { given, known } = this.#tallyOf(webhookId, hour);
    const own = given.get(outcome) ?? 0;
    const isReserved = own + (known.get(outcome) ?? 0) < this.#reserved;
    if (!isReserved && totalOf(given) + totalOf(known) >= this.#limit) return false;
    given.set(outcome, own + 1);
    return true;
  }

  /** Learns the sums after `sent` was added to the shared counts, and forgets earlier hours. */
  learn(sent: readonly ReceiptCounts[], sums: readonly ReceiptCounts[]): void {
    const refused = ({ outcome }: ReceiptCounts) => outcome !== "ACCEPTED" && outcome !== "KEPT";
    const newest = Math.max(...sums.map((row) => row.hour));
    this.forgetBefore(newest);
    for (const { webhookId, hour, outcome, count, unrecorded } of sent.filter(refused)) {
      const tally = this.#tallies.get(webhookId);
      if (tally?.hour !== hour) continue;
      tally.given.set(outcome, Math.max(0, (tally.given.get(outcome) ?? 0) - (count - unrecorded)));
    }
    for (const row of sums.filter(refused)) {
      if (row.hour === newest)
        this.#tallyOf(row.webhookId, row.hour).known.set(row.outcome, row.count - row.unrecorded);
    }
  }

  /** Forgets the hours before the one that begins at `hour`. */
  forgetBefore(hour: number): void {
    for (const [webhookId, tally] of this.#tallies) if (tally.hour < hour) this.#tallies.delete(webhookId);
  }

  #tallyOf(webhookId: string, hour: number): Tally {
    let tally = this.#tallies.get(webhookId);
    if (!tally || tally.hour < hour) {
      tally = { hour, given: new Map(), known: new Map() };
      this.#tallies.set(webhookId, tally);
    }
    return tally;
  }
}
