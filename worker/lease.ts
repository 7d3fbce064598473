import { hostname } from "node:os";
import type { Pool } from "pg";
import { uuid7 } from "@/lib/db/ids";
import { beat, endLeases, LEASE_MS, readWorkers, registerWorker } from "@/lib/queue/heartbeat";
import { isRunning, readMachine } from "./machine";

/** The part of its lease that a worker stops short of its end, so that its last write comes in time. */
const MARGIN = 1 / 11;
/** Heartbeats in a lease: several may be lost. */
const BEATS = 5.5;

export type LeaseOptions = {
  /** How long it holds after each heartbeat. */
  leaseMs?: number;
  /** A clock that nobody can set. */
  nowMs?: () => number;
};

/** A worker's right to what it has claimed, under one id. Measured by a clock that nobody can set. */
export class Lease {
  readonly id = uuid7();
  readonly #pool: Pool;
  readonly #leaseMs: number;
  readonly #nowMs: () => number;
  #validUntil = 0;
  #begun = false;

  constructor(pool: Pool, { leaseMs = LEASE_MS, nowMs = () => performance.now() }: LeaseOptions = {}) {
    this.#pool = pool;
    this.#leaseMs = leaseMs;
    this.#nowMs = nowMs;
  }

  /** How long after one heartbeat the next is due, in milliseconds. */
  get beatMs(): number {
    return this.#leaseMs / BEATS;
  }

  /** Makes the worker known, and ends those whose processes are gone from this machine. Rejects when the database can't be reached. */
  async begin(): Promise<void> {
    const leaseMs = this.#leaseMs;
    const sentAt = this.#nowMs();
    const machine = readMachine();
    const host = machine ?? hostname();
    await registerWorker(this.#pool, { workerId: this.id, host, pid: process.pid, leaseMs });
    this.#validUntil = sentAt + leaseMs * (1 - MARGIN);
    this.#begun = true;
    if (machine) await this.#endDead(machine);
  }

  /** A worker that is started in the place of one that died need not wait for that one's lease. */
  async #endDead(machine: string): Promise<void> {
    const dead = (await readWorkers(this.#pool, machine)).filter(({ pid }) => !isRunning(pid));
    if (dead.length > 0)
      await endLeases(
        this.#pool,
        dead.map(({ id }) => id),
      );
  }

  /** Extends the lease; once it has passed it stays so. Rejects when the database can't be reached. */
  async extend(): Promise<void> {
    const sentAt = this.#nowMs();
    const alive = await beat(this.#pool, this.id, this.#leaseMs);
    if (alive) this.#validUntil = sentAt + this.#leaseMs * (1 - MARGIN);
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
