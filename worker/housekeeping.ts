import type { Pool } from "pg";
import { log } from "@/lib/log";
import { discardExpired } from "@/lib/queue/discard";
import { promoteJobs } from "@/lib/queue/promote";
import { stopFinishedCycles } from "@/lib/queue/stop-finished";
import { rescue } from "./rescue";

const LONGEST_PROMOTE_MS = 1_000;
const SHORTEST_PROMOTE_MS = 5;

/** Does something at once, and again after the pause that it gives or after `pauseMs`; errors are logged and it goes on. */
export class Repeat {
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | undefined;
  #stopped = false;

  constructor(what: string, pauseMs: number, act: () => Promise<number | undefined> | undefined) {
    const round = async () => {
      let nextMs: number | undefined;
      try {
        nextMs = await act();
      } catch (error) {
        if (!this.#stopped) log.warn({ err: error }, `could not ${what}, trying again`);
      }
      if (!this.#stopped) this.#timer = setTimeout(start, nextMs ?? pauseMs);
    };
    const start = () => {
      this.#underWay = round();
    };
    this.#timer = setTimeout(start, 0);
  }

  /** Resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#underWay;
  }
}

/** Keeps the queue in order, on every worker: what is due becomes ready, what is over ends, what was lost is found. */
export function startHousekeeping(pool: Pool): { stop(): Promise<void> } {
  const repeats = [
    new Repeat("make due jobs ready", LONGEST_PROMOTE_MS, async () => {
      const { promoted, nextInMs } = await promoteJobs(pool);
      if (promoted > 0) return SHORTEST_PROMOTE_MS;
      return Math.min(Math.max(nextInMs ?? LONGEST_PROMOTE_MS, SHORTEST_PROMOTE_MS), LONGEST_PROMOTE_MS);
    }),
    new Repeat("stop finished cycles", 500, async () => {
      for (const cycle of await stopFinishedCycles(pool)) log.info({ cycle }, "stopped a cycle that has finished");
      return undefined;
    }),
    new Repeat("rescue lost jobs", 5_000, async () => {
      await rescue(pool);
      return undefined;
    }),
    new Repeat("discard expired jobs", 60_000, async () => {
      const discarded = await discardExpired(pool);
      if (discarded > 0) log.info({ transactions: discarded }, "discarded what was queued for stopped cycles");
      return undefined;
    }),
  ];
  return {
    async stop() {
      await Promise.all(repeats.map((repeat) => repeat.stop()));
    },
  };
}
