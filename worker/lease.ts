import { hostname } from "node:os";
import type { Pool } from "pg";
import { uuid7 } from "@/lib/db/ids";
import { beat, LEASE_MS, registerWorker } from "@/lib/queue/heartbeat";

/** What a worker stops short of its lease's end, so that its last write comes in time. */
const MARGIN_MS = 5_000;

/** A worker's right to what it has claimed, under one id. Measured by a clock that nobody can set. */
export class Lease {
  readonly id = uuid7();
  readonly #pool: Pool;
  readonly #nowMs: () => number;
  #validUntil = 0;
  #begun = false;

  constructor(pool: Pool, nowMs: () => number = () => performance.now()) {
    this.#pool = pool;
    this.#nowMs = nowMs;
  }

  /** Makes the worker known. Rejects when the database can't be reached. */
  async begin(): Promise<void> {
    const sentAt = this.#nowMs();
    await registerWorker(this.#pool, { workerId: this.id, host: hostname(), pid: process.pid });
    this.#validUntil = sentAt + LEASE_MS - MARGIN_MS;
    this.#begun = true;
  }

  /** Extends the lease; once it has passed it stays so. Rejects when the database can't be reached. */
  async extend(): Promise<void> {
    const sentAt = this.#nowMs();
    const alive = await beat(this.#pool, this.id);
    if (alive) this.#validUntil = sentAt + LEASE_MS - MARGIN_MS;
    else this.end();
  }

  get begun(): boolean {
    return this.#begun;
  }

  end(): void {
    this.#validUntil = 0;
  }

  /** Whether what this worker holds is surely still its own. */
  get valid(): boolean {
    return this.#nowMs() < this.#validUntil;
  }
}
