import type { Problem } from "@/lib/webhooks/readiness";

/** Longest time between two looks for work, in milliseconds: the loop looks once a second, and no statement takes so long. */
const STUCK_MS = 120_000;

/** Longest silence of the database, in milliseconds: a worker without work asks it once a second, any other with its lease. */
const SILENT_MS = 20_000;

/** What a worker shows of itself; times are by `performance.now()`. */
export type WorkerSigns = {
  stopping: boolean;
  /** What it has in hand is surely still its own. */
  hasLease: boolean;
  /** When the database last answered; 0: never. */
  heardAt: number;
  /** When it last looked for work. */
  turnedAt: number;
};

/** What only a new process could heal; undefined when it lives. A database that is away is not among it. */
export function workerHealth({ stopping, turnedAt }: WorkerSigns, now: number): Problem {
  if (stopping || now - turnedAt <= STUCK_MS) return undefined;
  return { check: "claims", problem: `This worker has not looked for work for ${seconds(now - turnedAt)} s.` };
}

/** What keeps a worker from taking work on now; undefined when nothing does. */
export function workerReadiness(signs: WorkerSigns, now: number): Problem {
  if (signs.stopping) return { check: "stopping", problem: "This worker is stopping." };
  if (!signs.hasLease) return { check: "lease", problem: "This worker holds no lease: the database does not answer." };
  if (now - signs.heardAt > SILENT_MS)
    return { check: "database", problem: `The database has not answered for ${seconds(now - signs.heardAt)} s.` };
  return workerHealth(signs, now);
}

const seconds = (ms: number) => Math.round(ms / 1_000);
