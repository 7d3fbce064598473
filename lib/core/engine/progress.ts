import type { Plan } from "./plan";

/** How far a transaction has come, to go on from in another process. Numbers are places in the plan. */
export type ProgressState = {
  /** The exit by which each step was left, null when by none or when it was passed over; undefined while undecided. */
  left: readonly (string | null | undefined)[];
  /** In the plan's order. */
  ready: readonly number[];
};

/**
 * How far a transaction has come in its plan. A step becomes ready when every edge that leads to it is decided and at least
 * one of them was taken; when none was taken, the step is passed over and so are the edges behind it, which is how
 * branches join again whichever of them ran.
 */
export class Progress {
  readonly #plan: Plan;
  readonly #undecided: number[];
  readonly #taken: boolean[];
  /** In the plan's order. */
  #ready: number[];
  /** As in `ProgressState`. */
  readonly #left: (string | null | undefined)[];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#undecided = plan.steps.map((step) => step.inputs);
    this.#taken = new Array<boolean>(plan.steps.length).fill(false);
    this.#ready = [plan.start];
    this.#left = new Array<string | null | undefined>(plan.steps.length).fill(undefined);
  }

  get state(): ProgressState {
    return { left: [...this.#left], ready: [...this.#ready] };
  }

  /** Takes up a state of the same plan; nothing was decided here yet. */
  restore({ left, ready }: ProgressState): void {
    this.#ready = [...ready];
    for (const { index, edges } of this.#plan.steps) {
      const exit = left[index];
      this.#left[index] = exit;
      if (exit === undefined) continue;
      for (const edge of edges) {
        this.#undecided[edge.to]!--;
        if (edge.exit === exit) this.#taken[edge.to] = true;
      }
    }
  }

  /** Takes the first ready step in the plan's order; undefined when none is ready. */
  take(): number | undefined {
    return this.#ready.shift();
  }

  /** Takes one certain step, for a transaction that goes on from a checkpoint. False when it is not ready. */
  takeStep(index: number): boolean {
    const at = this.#ready.indexOf(index);
    if (at < 0) return false;
    this.#ready.splice(at, 1);
    return true;
  }

  /** Decides the edges that leave a step: those of `exit` are taken, the others are not. Null takes none. */
  leave(index: number, exit: string | null): void {
    const passedOver = [index];
    let takenExit = exit;
    for (let from = passedOver.pop(); from !== undefined; from = passedOver.pop()) {
      this.#left[from] = takenExit;
      for (const edge of this.#plan.steps[from]!.edges) {
        if (edge.exit === takenExit) this.#taken[edge.to] = true;
        if (--this.#undecided[edge.to]! > 0) continue;
        if (this.#taken[edge.to]) this.#addReady(edge.to);
        else passedOver.push(edge.to);
      }
      takenExit = null;
    }
  }

  /**
   * Goes back to where a step was about to be left: everything below it is undecided again, while what was decided before or
   * beside it stays.
   */
  reenter(index: number): void {
    const below = this.#plan.below(index);
    this.#left[index] = undefined;
    for (const step of below) {
      this.#left[step] = undefined;
      this.#undecided[step] = 0;
      this.#taken[step] = false;
    }
    this.#ready = this.#ready.filter((ready) => !below.has(ready));
    for (const { index: from, edges } of this.#plan.steps) {
      const left = this.#left[from];
      for (const edge of edges) {
        if (!below.has(edge.to)) continue;
        if (left === undefined) this.#undecided[edge.to]!++;
        else if (left === edge.exit) this.#taken[edge.to] = true;
      }
    }
  }

  /** Leaves nothing ready: the transaction ended while it had more to do. */
  end(): void {
    this.#ready = [];
  }

  #addReady(index: number): void {
    let at = this.#ready.length;
    while (at > 0 && this.#ready[at - 1]! > index) at--;
    this.#ready.splice(at, 0, index);
  }
}
