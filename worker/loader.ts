import type { Pool } from "pg";
import { log } from "@/lib/log";
import { loadTransactions } from "@/lib/queue/load";
import type { Holdings, WaitingJob } from "./holdings";
import type { Versions } from "./versions";

/** Bodies that are kept ahead of their transactions, in bytes. */
const MOST_BYTES = 32 * 1024 * 1024;
const RETRY_MS = 250;

export type LoaderOptions = {
  pool: Pool;
  versions: Versions;
  holdings: Holdings;
  onLoaded: () => void;
  /** These jobs' transactions are not there any more. */
  onGone: (jobs: ReadonlySet<WaitingJob>) => void;
};

/** Loads claimed jobs, all with one statement, as many ahead as memory allows. */
export class Loader {
  readonly #options: LoaderOptions;
  #underWay = false;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** Begins to load what is not loaded, unless it does already or enough is. */
  load(): void {
    if (this.#underWay) return;
    const { jobs, loadedBytes } = this.#options.holdings.unloaded();
    if (jobs.length === 0 || loadedBytes >= MOST_BYTES) return;
    this.#underWay = true;
    void this.#loadJobs(jobs);
  }

  async #loadJobs(jobs: readonly WaitingJob[]): Promise<void> {
    const { onLoaded, onGone } = this.#options;
    try {
      for (const job of jobs) job.loaded = "loading";
      const gone = await this.#read(jobs);
      this.#underWay = false;
      if (gone.size > 0) onGone(gone);
      onLoaded();
    } catch (error) {
      for (const job of jobs) job.loaded = undefined;
      log.warn({ err: error }, "could not load transactions, trying again");
      setTimeout(() => {
        this.#underWay = false;
        this.load();
      }, RETRY_MS);
    }
  }

  async #read(jobs: readonly WaitingJob[]): Promise<Set<WaitingJob>> {
    const { pool, versions } = this.#options;
    const transactionIds = jobs.map((job) => job.transactionId);
    const rows = await loadTransactions(pool, { transactionIds, maxBytes: MOST_BYTES });
    const byId = new Map((await versions.prepare(rows)).map((prepared) => [prepared.id, prepared]));
    for (const job of jobs) job.loaded = byId.get(job.transactionId);
    // What comes before the last row, or before any, and is not among them is gone; what comes after it was too much.
    const last = jobs.findLastIndex((job) => job.loaded !== undefined);
    return new Set(jobs.slice(0, Math.max(last, 1)).filter((job) => job.loaded === undefined));
  }
}
