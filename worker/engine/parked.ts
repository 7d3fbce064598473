import type { Json } from "@/lib/core/json";
import type { Attempt, Wait } from "@/lib/core/transaction";

/** How a step of a visit that is never repeated is numbered. */
export const VISIT = 1;

/** A step that was begun and not finished. Times are milliseconds since 1970, by the database's clock. */
export type Begun = { index: number; startedAt: number; attempts: Attempt[] };

export type ParkedStep = Begun & { wait: Wait; dueAt: number };

export type ParkInput = { stepId: string; reason: Wait["reason"]; until: number; input?: Json };

/** The steps of a transaction that go on at a time: delays that run and retries that are due later. */
export class Parked {
  readonly #steps: ParkedStep[] = [];

  get waits(): Wait[] {
    return this.#steps.map((step) => step.wait);
  }

  park(begun: Begun, { stepId, reason, until, input }: ParkInput): void {
    const wait: Wait = {
      stepId,
      visit: VISIT,
      reason,
      startedAt: new Date(begun.startedAt).toISOString(),
      until: new Date(until).toISOString(),
    };
    if (input !== undefined) wait.input = input;
    if (begun.attempts.length > 0) wait.attempts = begun.attempts;
    this.#steps.push({ ...begun, wait, dueAt: until });
  }

  /** Takes up a wait of a checkpoint; one that was over at `now` is due. */
  restore(index: number, wait: Wait, now: number): void {
    const { startedAt, until, attempts = [] } = wait;
    const untilMs = Date.parse(until);
    this.#steps.push({ index, startedAt: Date.parse(startedAt), attempts, wait, dueAt: untilMs <= now ? 0 : untilMs });
  }

  /** Takes a step whose time has come; undefined when there is none. */
  takeDue(now: number): ParkedStep | undefined {
    if (this.#steps.length === 0) return undefined;
    const at = this.#steps.findIndex((step) => step.dueAt <= now);
    return at < 0 ? undefined : this.#steps.splice(at, 1)[0];
  }

  /** The step that is due first. */
  first(): ParkedStep | undefined {
    return this.#steps.reduce<ParkedStep | undefined>(
      (first, step) => (first && first.dueAt <= step.dueAt ? first : step),
      undefined,
    );
  }

  clear(): void {
    this.#steps.length = 0;
  }
}
