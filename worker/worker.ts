import type { Pool } from "pg";
import type { Caller } from "@/lib/http/call";
import { log } from "@/lib/log";
import { unregisterWorker } from "@/lib/queue/heartbeat";
import { createClock } from "./clock";
import type { WorkerSigns } from "./health";
import { type Housekeeping, Repeat, startHousekeeping } from "./housekeeping";
import { Lease } from "./lease";
import { Loop } from "./loop";
import { Versions } from "./versions";
import { listenForWork } from "./wake";

const RETRY_MS = 1_000;
const MARK_MS = 250;
const CANCELS_MS = 5_000;
const SETTLE_MS = 5_000;
/** How long outside calls may go on after a stop was asked for. */
export const GRACE_MS = 20_000;

export type WorkerOptions = {
  pool: Pool;
  /** For what claims, loads and settles; `pool` when it is left out. */
  queuePool?: Pool;
  caller: Caller;
  slots: number;
  /** How long what it has in hand stays its own after its last heartbeat; 55 s when it is left out. */
  leaseMs?: number;
  /** The database to listen on; `DATABASE_URL` when it is left out. */
  listenUrl?: string;
};

/** One worker: claims, runs and settles transactions until it is stopped. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #clock = createClock();
  readonly #versions: Versions;
  #lease: Lease;
  #loop: Loop;
  #repeats: Repeat[] = [];
  #housekeeping: Housekeeping | undefined;
  #listener: { close(): Promise<void> } | undefined;
  #heardAt = 0;
  #stopping = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#versions = new Versions(options.pool);
    this.#lease = new Lease(options.pool, options);
    this.#loop = this.#createLoop();
  }

  get id(): string {
    return this.#lease.id;
  }

  /** What it has to work with, and works on, now. */
  get figures(): { slots: number; slotsUsed: number; hasLease: boolean } {
    return { slots: this.#options.slots, slotsUsed: this.#loop.slotsUsed, hasLease: this.#lease.valid };
  }

  /** What says whether it lives and can work (health.ts). */
  get signs(): WorkerSigns {
    const { turnedAt, heardAt } = this.#loop.signs;
    return {
      stopping: this.#stopping,
      hasLease: this.#lease.valid,
      heardAt: Math.max(heardAt, this.#heardAt),
      turnedAt,
    };
  }

  /** Begins to work. While the database is away it keeps trying. */
  start(): void {
    const { pool, caller, listenUrl } = this.#options;
    this.#loop.start();
    this.#listener = listenForWork(
      {
        onJobs: (somebodyWaits, cycleIds) => this.#loop.wake(somebodyWaits, cycleIds),
        onCycles: (ids) => this.#loop.cyclesChanged(ids),
        onCancels: (ids) => this.#loop.cancel(ids),
        onGap: () => this.#loop.cyclesChanged(),
      },
      listenUrl,
    );
    this.#housekeeping = startHousekeeping(pool, caller);
    this.#repeats = [
      new Repeat("keep the lease", RETRY_MS, () => this.#keepLease()),
      new Repeat("ask for cancelled transactions", CANCELS_MS, async () => {
        await this.#loop.checkCancels();
        return undefined;
      }),
      new Repeat("mark running transactions", MARK_MS, () => {
        this.#loop.markRunning();
        return undefined;
      }),
    ];
  }

  /**
   * Stops: claims nothing more, lets outside calls under way go on for `graceMs`, stores where each transaction stands and gives
   * everything back. Resolves when all of it is done.
   */
  async stop({ graceMs = GRACE_MS } = {}): Promise<void> {
    this.#stopping = true;
    const stopped = this.#loop.stop(graceMs);
    await this.#listener?.close();
    await stopped;
    await Promise.all(this.#repeats.map((repeat) => repeat.stop()));
    await this.#housekeeping?.stop();
    await Promise.race([
      unregisterWorker(this.#options.pool, this.id).catch((error) => log.warn({ err: error }, "could not sign off")),
      new Promise((resolve) => setTimeout(resolve, SETTLE_MS).unref()),
    ]);
  }

  #createLoop(): Loop {
    const { pool, queuePool = pool, caller, slots } = this.#options;
    return new Loop({
      pool,
      queuePool,
      lease: this.#lease,
      slots,
      clock: this.#clock,
      caller,
      versions: this.#versions,
      onWaiting: (forMs) => this.#housekeeping?.promoteIn(forMs),
    });
  }

  /** Begins anew under another id when the lease has passed: what the old one held may be another's. */
  async #keepLease(): Promise<number> {
    if (!this.#lease.begun) {
      await this.#lease.begin();
      this.#housekeeping?.rescueNow();
      this.#heardAt = performance.now();
      log.info({ worker: this.id, slots: this.#options.slots }, "worker is ready");
      this.#loop.wake();
      return this.#lease.beatMs;
    }
    if (this.#lease.valid) {
      await this.#lease.extend();
      this.#heardAt = performance.now();
    }
    if (this.#lease.valid) return this.#lease.beatMs;
    log.warn({ worker: this.id }, "the lease of this worker has passed, beginning anew");
    this.#loop.abandon();
    this.#lease = new Lease(this.#options.pool, this.#options);
    this.#loop = this.#createLoop();
    this.#loop.start();
    return 1;
  }
}
