import type { Json } from "@/lib/core/json";
import type { ConsoleLine } from "@/lib/core/script";
import type { Attempt, Wait } from "@/lib/core/transaction";

/** A step that was begun and not finished. Times are milliseconds since 1970, by the database's clock. */
export type Begun = {
  index: number;
  visit: number;
  startedAt: number;
  attempts: Attempt[];
  /** What the step's expressions wrote. */
  console?: readonly ConsoleLine[];
};

const NEVER = Number.POSITIVE_INFINITY;

export type ParkedStep = Begun & { wait: Wait; dueAt: number };

/** `until` is null for a hold without a timeout. */
export type ParkInput = { stepId: string; reason: Wait["reason"]; until: number | null; input?: Json };

/**
 * The steps of a transaction that go on at a time (delays that run and retries that are due later), and those that are held: these go
 * on when they are released, also after their time.
 */
export class Parked {
  readonly #steps: ParkedStep[] = [];

  get waits(): Wait[] {
    return this.#steps.map((step) => step.wait);
  }

  park(begun: Begun, { stepId, reason, until, input }: ParkInput): void {
    const wait: Wait = {
      stepId,
      visit: begun.visit,
      reason,
      startedAt: new Date(begun.startedAt).toISOString(),
      until: until === null ? null : new Date(until).toISOString(),
    };
    if (input !== undefined) wait.input = input;
    if (begun.attempts.length > 0) wait.attempts = begun.attempts;
    this.#steps.push({ ...begun, wait, dueAt: reason === "hold" || until === null ? NEVER : until });
  }

  /** Takes up a wait of a checkpoint; one that was over at `now` is due. */
  restore(index: number, wait: Wait, now: number): void {
    const { startedAt, until, visit, reason, attempts = [] } = wait;
    const untilMs = reason === "hold" || until === null ? NEVER : Date.parse(until);
    const dueAt = untilMs <= now ? 0 : untilMs;
    this.#steps.push({ index, visit, startedAt: Date.parse(startedAt), attempts, wait, dueAt });
  }

  /** Takes a step whose time has come; undefined when there is none. */
  takeDue(now: number): ParkedStep | undefined {
    if (this.#steps.length === 0) return undefined;
    const at = this.#steps.findIndex((step) => step.dueAt <= now);
    return at < 0 ? undefined : this.#steps.splice(at, 1)[0];
  }

  /** The step that is due first; held ones never are. */
  first(): ParkedStep | undefined {
    return this.#steps.reduce<ParkedStep | undefined>(
      (first, step) => (step.dueAt === NEVER || (first && first.dueAt <= step.dueAt) ? first : step),
      undefined,
    );
  }

  /** Ids of the steps that are held. */
  get held(): string[] {
    return this.#steps.flatMap(({ wait }) => (wait.reason === "hold" ? wait.stepId : []));
  }

  /** Whether one of these steps goes on at a time. */
  waitsIn(indexes: ReadonlySet<number>): boolean {
    return this.#steps.some((step) => step.dueAt !== NEVER && indexes.has(step.index));
  }

  /** Takes a step that is held; undefined when it isn't. */
  takeHeld(index: number): ParkedStep | undefined {
    const at = this.#steps.findIndex((step) => step.index === index && step.wait.reason === "hold");
    return at < 0 ? undefined : this.#steps.splice(at, 1)[0];
  }

  /** Forgets these steps. */
  drop(indexes: ReadonlySet<number>): void {
    for (let at = this.#steps.length - 1; at >= 0; at--)
      if (indexes.has(this.#steps[at]!.index)) this.#steps.splice(at, 1);
  }

  clear(): void {
    this.#steps.length = 0;
  }
}
