import type { Halt } from "@/lib/core/decide";
import { log } from "@/lib/log";
import type { ClaimedJob } from "@/lib/queue/claim";
import { beginTrial } from "@/lib/queue/trial";
import { Running, type RunPorts, UNEXPECTED } from "./run";
import { RunControl } from "./run-control";
import { LeaseLost } from "./settler";
import type { PreparedTransaction } from "./versions";

export type TrialPorts = RunPorts & {
  /** Loads the job's transaction by itself; undefined when it is not there any more. */
  load: () => Promise<PreparedTransaction | undefined>;
  /** Settles the job without a run of its transaction. */
  endUnbegun: (halt: Halt) => void;
};

/** A job on trial in a worker's hands: noted as such before it is loaded, for that may be what workers die of already. */
export class Trial {
  readonly control = new RunControl();
  readonly job: ClaimedJob;
  /** When it got its slot, by `performance.now()`. */
  readonly takenAt = performance.now();
  readonly #ports: TrialPorts;
  #running: Running | undefined;

  constructor(job: ClaimedJob, ports: TrialPorts) {
    this.job = job;
    this.#ports = ports;
  }

  /** Resolves when what became of the transaction is stored, or another worker has it. */
  async begin(): Promise<void> {
    const { transactionId, seq, claim } = this.job;
    const ids = { transaction: transactionId, seq, attempt: claim };
    try {
      const loaded = await this.#load();
      if (loaded) this.#running = new Running(this.job, loaded, this.#ports, this.control);
    } catch (error) {
      if (error instanceof LeaseLost) return log.warn({ ...ids, outcome: "lost" }, "settled");
      log.error({ err: error, ...ids }, "a transaction met a bug while it was loaded");
      return this.#ports.endUnbegun({ kind: "failed", error: UNEXPECTED, stepId: null });
    }
    await this.#running?.begin();
  }

  /** Loads the transaction once it is noted that its trial is under way. */
  async #load(): Promise<PreparedTransaction | undefined> {
    const { pool, settler, load, endUnbegun } = this.#ports;
    const { workerId } = settler;
    if (!(await settler.insist(() => beginTrial(pool, { workerId, job: this.job })))) throw new LeaseLost();
    const loaded = await settler.insist(load);
    if (!loaded) endUnbegun({ kind: "cancelled" });
    return loaded;
  }

  /** Lets lists show a transaction as running that has taken a while. */
  async markRunning(): Promise<void> {
    await this.#running?.markRunning();
  }
}
