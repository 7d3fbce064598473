import type { Pool } from "pg";
import { decide, type Halt } from "@/lib/core/decide";
import type { Caller } from "@/lib/http/call";
import { log } from "@/lib/log";
import { countEnd } from "@/lib/metrics/tallies";
import { lanes } from "@/lib/queue/accept";
import { readCancelAsked } from "@/lib/queue/cancel";
import { mayRun, readCycleStandings } from "@/lib/queue/cycle-standings";
import { readActiveHolds } from "@/lib/queue/hold-jobs";
import { type SettleEntry, unbegunMidCycle } from "@/lib/queue/settle";
import { isOnTrial } from "@/lib/queue/trial";
import { Claimer, type Taken } from "./claimer";
import { Claims } from "./claims";
import type { DatabaseClock } from "./clock";
import { HoldGate, unbegun } from "./hold-gate";
import { Holdings, type WaitingJob } from "./holdings";
import type { Lease } from "./lease";
import { Loader } from "./loader";
import { Pace } from "./pace";
import { Running } from "./run";
import { createSettler, type Settler } from "./settler";
import { Trial } from "./trial";
import type { Versions } from "./versions";
import { Bell } from "./wake";

const SHORTEST_POLL_MS = 25;
const LONGEST_POLL_MS = 1_000;
/** How long transactions run before what else happens in the process gets a turn. */
const TURN_MS = 8;
const MOST_UNSETTLED = 4_000;

export type LoopOptions = {
  pool: Pool;
  /** For what claims, loads and settles. */
  queuePool: Pool;
  lease: Lease;
  slots: number;
  clock: DatabaseClock;
  caller: Caller;
  versions: Versions;
  /** A transaction waits for so many milliseconds. */
  onWaiting: (forMs: number) => void;
};

/** Claims jobs for one lease, loads and runs them. It never throws: what the database refuses is tried again. */
export class Loop {
  readonly #options: LoopOptions;
  readonly #holdings: Holdings;
  readonly #claims: Claims;
  readonly #claimer: Claimer;
  readonly #settler: Settler;
  readonly #loader: Loader;
  readonly #pace = new Pace();
  readonly #gate = new HoldGate();
  readonly #bell = new Bell();
  /** Rings when a pause between two claims is over before its time. */
  #haste = new Bell();
  readonly #running = new Map<string, Running | Trial>();
  readonly #toCheck = new Set<string>();
  #unsettled = 0;
  #turnPlanned = false;
  #claiming = true;
  #ended: Promise<void> | undefined;

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#holdings = new Holdings({ slots: options.slots, reserved: Math.floor(options.slots / 4) });
    this.#claims = new Claims(options.queuePool, options.lease);
    this.#settler = createSettler(options.queuePool, options.lease);
    this.#loader = new Loader({
      pool: options.queuePool,
      versions: options.versions,
      holdings: this.#holdings,
      onLoaded: () => this.#turn(),
      onGone: (jobs) => this.#endUnbegun(this.#holdings.remove((job) => jobs.has(job))),
    });
    this.#claimer = new Claimer({
      workerId: options.lease.id,
      claims: this.#claims,
      holdings: this.#holdings,
      pace: this.#pace,
      loadBytes: () => this.#loader.bytesAlong,
      take: (taken, askedAt) => this.#take(taken, askedAt),
    });
  }

  start(): void {
    this.#ended = this.#loop();
  }

  /** When it last looked for work, and when a claim was last answered, by `performance.now()`. */
  signs = { turnedAt: performance.now(), heardAt: 0 };

  /** Slots that run a transaction now. */
  get slotsUsed(): number {
    return this.#options.slots - this.#holdings.freeSlots;
  }

  /** There may be something to claim; `now` when somebody waits for it. With ids: only synchronous jobs of these cycles. */
  wake(now = true, cycleIds: readonly string[] = []): void {
    this.#claimer.note(cycleIds);
    this.#bell.ring();
    if (now) this.#haste.ring();
  }

  /** These cycles changed: what they may not run any more is given back. Without ids: any may have. */
  cyclesChanged(cycleIds?: readonly string[]): void {
    this.#options.versions.forgetSecrets(cycleIds);
    for (const id of cycleIds ?? [...this.#holdings.cycles].map((cycle) => cycle.id)) this.#toCheck.add(id);
    this.wake();
  }

  /** These transactions shall end: at once those that were not begun, at their next step boundary the others. */
  cancel(transactionIds: readonly string[]): void {
    const ids = new Set(transactionIds);
    for (const id of ids) this.#running.get(id)?.control.cancel();
    this.#endUnbegun(this.#holdings.remove((job) => ids.has(job.transactionId)));
  }

  /** Backstop for lost notifications: asks for the transactions that have been running for a while. */
  async checkCancels(): Promise<void> {
    const ids = this.#runningSince(1_000).map((running) => running.job.transactionId);
    if (ids.length > 0) this.cancel(await readCancelAsked(this.#options.pool, ids));
  }

  /** Lets lists show what has been running for half a second. */
  markRunning(): void {
    for (const running of this.#runningSince(500)) void running.markRunning();
  }

  /**
   * Claims nothing more, gives back what was not begun, and brings the rest to its next step boundary; after `graceMs` outside
   * calls are broken off. Resolves when all is settled.
   */
  async stop(graceMs: number): Promise<void> {
    this.#claiming = false;
    this.#haste.ring();
    for (const running of this.#running.values()) running.control.giveBack();
    const timer = setTimeout(() => {
      for (const running of this.#running.values()) running.control.breakOff();
    }, graceMs);
    this.#bell.ring();
    await this.#ended;
    await this.#claims.release(this.#holdings.remove(() => true));
    while (this.#running.size > 0 || this.#unsettled > 0) await this.#bell.wait(SHORTEST_POLL_MS);
    await this.#settler.idle();
    clearTimeout(timer);
  }

  /** The lease has passed: drops everything, writes nothing more. */
  abandon(): void {
    this.#claiming = false;
    this.#holdings.remove(() => true);
    for (const running of this.#running.values()) running.control.lose();
    this.#bell.ring();
  }

  #runningSince(ms: number): (Running | Trial)[] {
    const latest = performance.now() - ms;
    return [...this.#running.values()].filter((running) => running.takenAt <= latest);
  }

  async #loop(): Promise<void> {
    for (let pollMs = SHORTEST_POLL_MS; this.#claiming; ) {
      this.signs.turnedAt = performance.now();
      let claimed = 0;
      this.#haste = new Bell(); // what rang for the former one is served by this claim
      try {
        claimed = this.#holdings.freeSlots > 0 ? await this.#claimer.claim() : 0;
        await this.#checkStandings();
      } catch (error) {
        if (this.#claiming) log.warn({ err: error, worker: this.#options.lease.id }, "could not claim, trying again");
      }
      pollMs = claimed > 0 ? SHORTEST_POLL_MS : Math.min(pollMs * 2, LONGEST_POLL_MS);
      const pauseMs = this.#claimer.pauseMs(claimed);
      if (this.#claiming && pauseMs > 0) await this.#haste.wait(pauseMs);
      if (this.#claiming) await this.#bell.wait(claimed === 0 && this.#claims.isOnItsWay ? 0 : pollMs);
    }
  }

  async #take(claim: Taken, askedAt: number): Promise<void> {
    this.signs.heardAt = performance.now();
    if (claim.holds) this.#gate.set(claim.holds);
    this.#options.clock.set(claim.now, askedAt);
    this.#loader.take(this.#holdings.add(claim, this.#claimer.ahead), claim.loaded);
    for (const cycle of this.#holdings.cycles) {
      const { standing, waiting } = cycle;
      if (waiting.some((job) => !mayRun(standing, job.seq)) || standing.state === "STOPPED")
        this.#toCheck.add(cycle.id);
    }
    if (!this.#claiming) await this.#claims.release(this.#holdings.remove(() => true));
    this.#turn();
  }

  /** Gives back what its cycle may not run any more, or what is on hold, as the cycles stand now. */
  async #checkStandings(): Promise<void> {
    const ids = [...this.#toCheck].filter((id) => this.#holdings.cycle(id) !== undefined);
    this.#toCheck.clear();
    if (ids.length === 0) return;
    try {
      this.#gate.set(await readActiveHolds(this.#options.pool));
      await this.#claims.hold(unbegun(this.#holdings.remove((job) => this.#gate.holds(job))));
      const standings = new Map((await readCycleStandings(this.#options.pool, ids)).map((row) => [row.id, row]));
      const isHalted = (job: { cycleId: string; seq: number }) => {
        const standing = standings.get(job.cycleId);
        return standing !== undefined && !mayRun(standing, job.seq);
      };
      for (const running of this.#running.values()) if (isHalted(running.job)) running.control.giveBack();
      await this.#claims.release(this.#holdings.remove(isHalted));
    } catch (error) {
      for (const id of ids) this.#toCheck.add(id);
      throw error;
    }
  }

  /** Ends transactions that were not begun; of one that is not there any more only the job goes. */
  #endUnbegun(jobs: Iterable<WaitingJob>, halt: Halt = { kind: "cancelled" }): void {
    const now = this.#options.clock.now();
    for (const { seq, claim, transactionId, accountId, cycleId } of jobs) {
      const ids = { account: accountId, cycle: cycleId, transaction: transactionId, seq, attempt: claim };
      const midCycle = unbegunMidCycle({ accountId, cycleId });
      const entry = { ...decide(halt), seq, claim, transactionId, startedAt: now, endedAt: now, midCycle };
      void this.#settle({ ...entry, response: null, checkpoint: null, tellDoors: true }).then(
        () => log.info({ ...ids, outcome: halt.kind }, "settled"),
        (error) => log.warn({ err: error, ...ids }, "could not end a transaction"),
      );
    }
  }

  /** Begins what may begin, for a few milliseconds at a time. */
  #turn(): void {
    if (this.#turnPlanned) return;
    const end = performance.now() + TURN_MS;
    const held: WaitingJob[] = [];
    while (this.#claiming && this.#unsettled < MOST_UNSETTLED && this.#options.lease.valid) {
      const job = this.#holdings.take();
      if (!job) break;
      if (this.#gate.holds(job)) {
        held.push(job);
        this.#holdings.ended(job);
        continue;
      }
      this.#begin(job);
      if (performance.now() > end) {
        this.#turnPlanned = true;
        setImmediate(() => {
          this.#turnPlanned = false;
          this.#turn();
        });
        break;
      }
    }
    void this.#claims.hold(unbegun(held));
    this.#loader.load();
  }

  #begin(waiting: WaitingJob): void {
    const { loaded, ...job } = waiting;
    const { pool, clock, caller } = this.#options;
    const ports = {
      pool,
      clock,
      caller,
      settler: { ...this.#settler, settle: (entry: SettleEntry) => this.#settle(entry) },
      beforeWait: () => this.#beforeWait(job.cycleId),
    };
    let running: Running | Trial;
    if (isOnTrial(job)) {
      const load = () => this.#loader.loadOne(job.transactionId);
      running = new Trial(job, { ...ports, load, endUnbegun: (halt) => this.#endUnbegun([waiting], halt) });
    } else if (typeof loaded === "object") running = new Running(job, loaded, ports);
    else throw new Error(`Transaction ${job.transactionId} begins before it is loaded`);
    const drive = running.begin();
    if (!drive) {
      this.#free(job, performance.now() - running.takenAt);
      return;
    }
    this.#running.set(job.transactionId, running);
    void drive.finally(() => {
      // It may be in hand again already.
      if (this.#running.get(job.transactionId) === running) this.#running.delete(job.transactionId);
      this.#claims.drop(job);
      this.#free(job, performance.now() - running.takenAt);
      this.#turn();
      this.#bell.ring();
    });
  }

  async #settle(entry: SettleEntry) {
    this.#unsettled++;
    try {
      const settled = await this.#settler.settle(entry);
      if (settled.owned) countEnd(entry.state);
      if (entry.job === "wait" && entry.runAt !== null)
        this.#options.onWaiting(entry.runAt - this.#options.clock.now());
      return settled;
    } finally {
      if (entry.job !== "keep") this.#claims.drop(entry);
      this.#unsettled--;
      if (this.#unsettled < MOST_UNSETTLED / 2) this.#turn();
    }
  }

  #free(job: WaitingJob | Omit<WaitingJob, "loaded">, durationMs: number): void {
    this.#pace.note(job.cycleId, durationMs);
    const cycle = this.#holdings.ended(job);
    if (!cycle || !this.#holdings.isLow(cycle, this.#claimer.ahead(cycle.id))) return;
    if (job.lane === lanes.synchronous || !this.#claimer.defers(cycle.id)) this.wake();
  }

  /** What a cycle with limit 1 has claimed ahead goes back before one of it begins to wait, so that nothing overtakes it. */
  #beforeWait(cycleId: string): void {
    const cycle = this.#holdings.cycle(cycleId);
    if (cycle?.limit !== 1) return;
    const jobs = this.#holdings.remove((job) => job.cycleId === cycleId);
    void this.#claims.release(jobs);
  }
}
