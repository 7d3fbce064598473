import type { Pool } from "pg";
import { log } from "@/lib/log";
import { dayOf } from "@/lib/queue/day-statement";
import { type LoadedTransaction, loadTransactions } from "@/lib/queue/load";
import type { Holdings, WaitingJob } from "./holdings";
import type { PreparedTransaction, Versions } from "./versions";

/** Bodies that are kept ahead of their transactions, in bytes. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Bodies that come along with a claim, in bytes: large ones shall not keep what else was claimed waiting. */
const MOST_BYTES_ALONG = 1024 * 1024;
const RETRY_MS = 250;

export type LoaderOptions = {
  pool: Pool;
  versions: Versions;
  holdings: Holdings;
  onLoaded: () => void;
  /** These jobs' transactions are not there any more. */
  onGone: (jobs: ReadonlySet<WaitingJob>) => void;
};

/** Loads what claimed jobs need to run, as many ahead as memory allows. */
export class Loader {
  readonly #options: LoaderOptions;
  #underWay = false;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** Bytes of bodies that may come along with the next claim. */
  get bytesAlong(): number {
    const free = MOST_BYTES - this.#options.holdings.unloaded().loadedBytes;
    return Math.min(Math.max(free, 0), MOST_BYTES_ALONG);
  }

  /** Takes over what came along with the claim of these jobs; the rest of them is left to `load`. */
  take(jobs: readonly WaitingJob[], transactions: readonly LoadedTransaction[]): void {
    const ids = new Set(transactions.map(({ id }) => id));
    const brought = jobs.filter(({ transactionId }) => ids.has(transactionId));
    if (brought.length > 0) void this.#prepare(brought, async () => transactions);
  }

  /** Begins to load what is not loaded, unless it does already or enough is: all of one day with one statement, then those of the next. */
  load(): void {
    if (this.#underWay) return;
    const { pool, holdings } = this.#options;
    const { jobs: unloaded, loadedBytes } = holdings.unloaded();
    const [first] = unloaded;
    if (!first || loadedBytes >= MOST_BYTES) return;
    this.#underWay = true;
    const day = dayOf(first.transactionId);
    const jobs = unloaded.filter(({ transactionId }) => dayOf(transactionId) === day);
    const transactionIds = jobs.map((job) => job.transactionId);
    const read = () => loadTransactions(pool, { transactionIds, maxBytes: MOST_BYTES });
    void this.#prepare(jobs, read, () => {
      this.#underWay = false;
    });
  }

  /** Loads one transaction beside all others; undefined when it is not there any more. */
  async loadOne(transactionId: string): Promise<PreparedTransaction | undefined> {
    const { pool, versions } = this.#options;
    const rows = await loadTransactions(pool, { transactionIds: [transactionId], maxBytes: MOST_BYTES });
    return (await versions.prepare(rows))[0];
  }

  /** Makes jobs ready to begin with what `read` gives, in their order. */
  async #prepare(
    jobs: readonly WaitingJob[],
    read: () => Promise<readonly LoadedTransaction[]>,
    done = () => {},
  ): Promise<void> {
    const { versions, onLoaded, onGone } = this.#options;
    for (const job of jobs) job.loaded = "loading";
    try {
      const byId = new Map((await versions.prepare(await read())).map((prepared) => [prepared.id, prepared]));
      for (const job of jobs) job.loaded = byId.get(job.transactionId);
    } catch (error) {
      for (const job of jobs) job.loaded = undefined;
      log.warn({ err: error }, "could not load transactions, trying again");
      setTimeout(() => {
        done();
        this.load();
      }, RETRY_MS);
      return;
    }
    done();
    const gone = goneAmong(jobs);
    if (gone.size > 0) onGone(gone);
    onLoaded();
  }
}

/** What comes before the last job that was loaded, or before any, and is not is gone; what comes after it was too much. */
function goneAmong(jobs: readonly WaitingJob[]): Set<WaitingJob> {
  const last = jobs.findLastIndex((job) => job.loaded !== undefined);
  return new Set(jobs.slice(0, Math.max(last, 1)).filter((job) => job.loaded === undefined));
}
