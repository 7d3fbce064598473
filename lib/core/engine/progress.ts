import type { Plan } from "./plan";

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
  readonly #ready: number[];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#undecided = plan.steps.map((step) => step.inputs);
    this.#taken = new Array<boolean>(plan.steps.length).fill(false);
    this.#ready = [plan.start];
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
      for (const edge of this.#plan.steps[from]!.edges) {
        if (edge.exit === takenExit) this.#taken[edge.to] = true;
        if (--this.#undecided[edge.to]! > 0) continue;
        if (this.#taken[edge.to]) this.#addReady(edge.to);
        else passedOver.push(edge.to);
      }
      takenExit = null;
    }
  }

  #addReady(index: number): void {
    let at = this.#ready.length;
    while (at > 0 && this.#ready[at - 1]! > index) at--;
    this.#ready.splice(at, 0, index);
  }
}
