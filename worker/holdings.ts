import type { Claim, ClaimedJob, HeldJobs } from "@/lib/queue/claim";
import type { WantedJobs } from "@/lib/queue/claim-granted";
import type { CycleStanding } from "@/lib/queue/cycle-standings";
import { isOnTrial } from "@/lib/queue/trial";
import { MOST_AHEAD } from "./pace";
import type { PreparedTransaction } from "./versions";

/** A claimed job that was not begun. One on trial is loaded when it begins: loading may be what workers die of. */
export type WaitingJob = ClaimedJob & { loaded: PreparedTransaction | "loading" | undefined };

/** What a worker holds of one cycle. */
export type HeldCycle = {
  id: string;
  slots: number;
  limit: number;
  standing: Omit<CycleStanding, "id">;
  /** In the order in which they begin. */
  waiting: WaitingJob[];
  /** Begun and not settled, by lane. */
  running: [synchronous: number, normal: number];
  /** The last claim brought all that it was asked for, so there is probably more. */
  full: boolean;
};

/** `defers`: jobs of the cycle's normal lane are left to another worker while that keeps up. */
type Wish = {
  ahead: (cycleId: string) => number;
  defers: (cycleId: string) => boolean;
  quickCycleIds: readonly string[];
};

const runningOf = (cycle: HeldCycle) => cycle.running[0] + cycle.running[1];

/** The jobs that a worker has claimed, and which of them may begin. Nothing here waits or writes. */
export class Holdings {
  readonly #cycles = new Map<string, HeldCycle>();
  readonly #slots: number;
  readonly #reserved: number;
  #running: [synchronous: number, normal: number] = [0, 0];
  #trialUnderWay = false;

  /** @param reserved slots of `slots` that only synchronous jobs take */
  constructor({ slots, reserved }: { slots: number; reserved: number }) {
    this.#slots = slots;
    this.#reserved = reserved;
  }

  get freeSlots(): number {
    return this.#slots - this.#running[0] - this.#running[1];
  }

  get freeNormalSlots(): number {
    return Math.min(this.freeSlots, this.#slots - this.#reserved - this.#running[1]);
  }

  get cycles(): Iterable<HeldCycle> {
    return this.#cycles.values();
  }

  cycle(id: string): HeldCycle | undefined {
    return this.#cycles.get(id);
  }

  /** Takes in what a claim brought, and how the cycles stand. */
  add({ jobs, cycles }: Pick<Claim, "jobs" | "cycles">, ahead: (cycleId: string) => number): WaitingJob[] {
    for (const { id, slots, limit, state, finishSeq } of cycles) {
      const cycle = this.#cycles.get(id);
      const standing = { state, finishSeq };
      if (cycle) Object.assign(cycle, { slots, limit, standing });
      else this.#cycles.set(id, { id, slots, limit, standing, waiting: [], running: [0, 0], full: false });
    }
    const added = jobs.map((job): WaitingJob => ({ ...job, loaded: undefined }));
    for (const job of added) this.#cycles.get(job.cycleId)!.waiting.push(job);
    for (const cycle of this.#cycles.values()) {
      if (cycle.waiting.length === 0 && runningOf(cycle) === 0) this.#cycles.delete(cycle.id);
      else this.#sort(cycle, ahead(cycle.id));
    }
    return added;
  }

  #sort(cycle: HeldCycle, ahead: number): void {
    const inOrder = cycle.limit === 1;
    cycle.waiting.sort((a, b) => (inOrder ? 0 : a.lane - b.lane) || a.seq - b.seq);
    cycle.full = cycle.waiting.length + runningOf(cycle) >= cycle.slots * ahead;
  }

  /** What the next claim is told: what is held, and of other cycles that are known to be quick how far ahead to claim, if at all. */
  held({ ahead, defers, quickCycleIds }: Wish): HeldJobs[] {
    const held = new Map<string, [synchronous: number, normal: number]>();
    for (const id of quickCycleIds) held.set(id, [0, 0]);
    for (const cycle of this.#cycles.values()) {
      const waiting: [number, number] = [0, 0];
      for (const job of cycle.waiting) waiting[job.lane]++;
      held.set(cycle.id, waiting);
    }
    return [...held].flatMap(([cycleId, waiting]) => {
      const running = this.#cycles.get(cycleId)?.running ?? [0, 0];
      const known = { cycleId, ahead: ahead(cycleId) };
      return ([0, 1] as const).map((lane) => ({
        ...{ ...known, lane, waiting: waiting[lane], running: running[lane] },
        defers: lane === 1 && defers(cycleId),
      }));
    });
  }

  /** What a claim within the slots of some cycles is told. Only where jobs take no time may they wait for each other. */
  wanted(cycleIds: Iterable<string>, ahead: (cycleId: string) => number): WantedJobs[] {
    return [...cycleIds].map((cycleId) => {
      const cycle = this.#cycles.get(cycleId);
      const inHand = cycle ? cycle.waiting.length + runningOf(cycle) : 0;
      return { cycleId, inHand, ahead: ahead(cycleId) === MOST_AHEAD ? MOST_AHEAD : 1 };
    });
  }

  /** Takes the next job that may begin, synchronous ones first; undefined when none may. Cycles take turns, jobs on trial go one by one. */
  take(): WaitingJob | undefined {
    if (this.freeSlots <= 0) return undefined;
    let chosen: HeldCycle | undefined;
    for (const cycle of this.#cycles.values()) {
      const [job] = cycle.waiting;
      if (!job || runningOf(cycle) >= cycle.slots) continue;
      if (isOnTrial(job) ? this.#trialUnderWay : typeof job.loaded !== "object") continue;
      if (job.lane === 0) {
        chosen = cycle;
        break;
      }
      if (!chosen && this.freeNormalSlots > 0) chosen = cycle;
    }
    const job = chosen?.waiting.shift();
    if (!chosen || !job) return undefined;
    if (isOnTrial(job)) this.#trialUnderWay = true;
    chosen.running[job.lane]++;
    this.#running[job.lane]++;
    // To the end of the line: a Map keeps the order of insertion.
    this.#cycles.delete(chosen.id);
    this.#cycles.set(chosen.id, chosen);
    return job;
  }

  /** Gives the slot of a job back that `take` gave. */
  ended(job: Pick<ClaimedJob, "cycleId" | "lane" | "rescues">): HeldCycle | undefined {
    if (isOnTrial(job)) this.#trialUnderWay = false;
    this.#running[job.lane]--;
    const cycle = this.#cycles.get(job.cycleId);
    if (cycle) cycle.running[job.lane]--;
    return cycle;
  }

  /** Whether half of what was claimed ahead is used up and there is probably more. */
  isLow(cycle: HeldCycle, ahead: number): boolean {
    return cycle.full && cycle.waiting.length <= (cycle.slots * ahead - runningOf(cycle)) / 2;
  }

  /** Takes out the jobs that were not begun and for which `unwanted` holds. */
  remove(unwanted: (job: WaitingJob, cycle: HeldCycle) => boolean): WaitingJob[] {
    return [...this.#cycles.values()].flatMap((cycle) => {
      const removed = cycle.waiting.filter((job) => unwanted(job, cycle));
      if (removed.length > 0) cycle.waiting = cycle.waiting.filter((job) => !removed.includes(job));
      return removed;
    });
  }

  /** Jobs that still have to be loaded before they begin, and the bytes of the bodies of those that are. */
  unloaded(): { jobs: WaitingJob[]; loadedBytes: number } {
    const jobs: WaitingJob[] = [];
    let loadedBytes = 0;
    for (const cycle of this.#cycles.values()) {
      for (const job of cycle.waiting) {
        if (isOnTrial(job)) continue;
        if (job.loaded === undefined) jobs.push(job);
        else if (job.loaded !== "loading") loadedBytes += job.loaded.request?.body?.length ?? 0;
      }
    }
    return { jobs, loadedBytes };
  }
}
