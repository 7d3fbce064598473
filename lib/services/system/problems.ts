import type { ProcessView, QueueView, SystemProblem } from "@/lib/contracts/system";
import { formatDuration } from "@/lib/core/format";

/** Jobs of the normal lane that wait longer than this are worth a word, and longer than that are wrong. */
const OLD_SECONDS = 60;
const VERY_OLD_SECONDS = 300;
const SYNCHRONOUS_OLD_SECONDS = 5;
const SLOW_DATABASE_MS = 250;
const LATE_MS = 200;

export type Situation = {
  /** Milliseconds since 1970, by the database's clock. */
  now: number;
  processes: readonly ProcessView[];
  queue: QueueView;
  /** Ids of workers whose lease has passed. */
  withoutLease: ReadonlySet<string>;
  /** Statements that wait for a connection, by pool. */
  waiting: Readonly<Record<string, number>>;
  /** Within the last 5 minutes. */
  notStored: number;
  /** Those of them that were turned away unread. */
  turnedAway: number;
  rescued: number;
};

const named = ({ kind, host, pid }: ProcessView) =>
  `The ${kind === "web" ? "web process" : "worker"} on ${host} (${pid})`;

/** A process that died and was started again on its machine is history. */
const replaces = (other: ProcessView, { kind, host, lastSeenAt }: ProcessView) =>
  other.kind === kind && other.host === host && Date.parse(other.startedAt) >= Date.parse(lastSeenAt);

/** Says what is wrong with an installation and what to do about it, the worst first. */
export function problemsOf(situation: Situation): SystemProblem[] {
  const problems = [...ofProcesses(situation), ...ofQueue(situation), ...ofDatabase(situation)];
  return [...problems.filter(({ level }) => level === "error"), ...problems.filter(({ level }) => level === "warn")];
}

function* ofProcesses({ now, processes, withoutLease }: Situation): Generator<SystemProblem> {
  const alive = processes.filter(({ silent }) => !silent);
  if (!alive.some(({ kind }) => kind === "worker")) {
    yield {
      code: "no-worker",
      level: "error",
      title: "No worker is running",
      detail:
        "Requests are accepted and wait in the queue. Start a worker with npm run worker; the log of the last one says why it ended.",
    };
  }
  for (const process of processes) {
    if (process.silent) {
      if (alive.some((other) => replaces(other, process))) continue;
      yield {
        code: "process-silent",
        level: "warn",
        title: `${named(process)} has given no sign of life for ${formatDuration(now - Date.parse(process.lastSeenAt))}`,
        detail:
          "It has died, hangs, or can't reach the database. Look at its log and start it again. What a worker had in hand is taken over by another one.",
      };
    } else if (withoutLease.has(process.id)) {
      yield {
        code: "no-lease",
        level: "warn",
        title: `${named(process)} holds no lease`,
        detail:
          "It claims nothing until it has one. It asks again by itself; when this stays, its log says what the database answers.",
      };
    }
    if (!process.silent && process.eventLoopLagMs >= LATE_MS) {
      yield {
        code: "process-late",
        level: "warn",
        title: `${named(process)} is ${formatDuration(process.eventLoopLagMs)} late`,
        detail: "It has more to do than one processor core can. Start another one, on a core of its own.",
      };
    }
  }
  const versions = [...new Set(alive.map(({ version }) => version))].sort();
  if (versions.length > 1) {
    yield {
      code: "versions-differ",
      level: "warn",
      title: `Different versions are running: ${versions.join(", ")}`,
      detail: "That is in order during an upgrade. Afterwards, restart the processes that were left behind.",
    };
  }
}

function* ofQueue({ queue, notStored, turnedAway, rescued }: Situation): Generator<SystemProblem> {
  const { normal, synchronous } = queue;
  if (normal.oldestSeconds >= OLD_SECONDS) {
    yield {
      code: "queue-old",
      level: normal.oldestSeconds >= VERY_OLD_SECONDS ? "error" : "warn",
      title: `The oldest job has waited for ${formatDuration(normal.oldestSeconds * 1_000)}`,
      detail:
        "More comes in than ends, or a limit of parallel transactions holds it up. Start another worker, raise WORKER_SLOTS, or raise the limit of the cycle or the account.",
    };
  }
  if (synchronous.oldestSeconds >= SYNCHRONOUS_OLD_SECONDS) {
    yield {
      code: "synchronous-queue-old",
      level: "error",
      title: `The callers of synchronous webhooks have waited for ${formatDuration(synchronous.oldestSeconds * 1_000)}`,
      detail: "All slots that are kept for them are in use. Start another worker, or raise WORKER_SLOTS.",
    };
  }
  if (turnedAway >= 1) {
    yield {
      code: "turned-away",
      level: "error",
      title: `${Math.round(turnedAway).toLocaleString("en")} ${turnedAway < 1.5 ? "request was" : "requests were"} turned away unread in the last 5 min`,
      detail:
        "More came than the database could store, so the web processes answered 503 at once to keep what they had let in. Look at the database first: its disk, its processor, and statements that hold locks.",
    };
  }
  if (notStored >= 1) {
    yield {
      code: "not-stored",
      level: "error",
      title: `${Math.round(notStored).toLocaleString("en")} ${notStored < 1.5 ? "request was" : "requests were"} answered 503 in the last 5 min`,
      detail:
        "They could not be stored, and their senders were told to try again. The web processes' logs say what the database answered.",
    };
  }
  if (rescued >= 1) {
    yield {
      code: "jobs-rescued",
      level: "warn",
      title: `${Math.round(rescued).toLocaleString("en")} ${rescued < 1.5 ? "job was" : "jobs were"} taken back from a worker in the last 5 min`,
      detail:
        "A worker died or lost the database for longer than its lease. Its transactions go on with another one; its log says what happened.",
    };
  }
}

function* ofDatabase({ processes, waiting }: Situation): Generator<SystemProblem> {
  const slowest = Math.max(0, ...processes.flatMap(({ silent, databaseMs }) => (silent ? [] : (databaseMs ?? []))));
  if (slowest >= SLOW_DATABASE_MS) {
    yield {
      code: "database-slow",
      level: "warn",
      title: `The database is slow: a small write took ${formatDuration(slowest)}`,
      detail: "Look at its processor, its disk, and at statements that hold locks.",
    };
  }
  for (const [pool, count] of Object.entries(waiting)) {
    if (count === 0) continue;
    yield {
      code: "connections-short",
      level: "warn",
      title: `${count} ${count === 1 ? "statement waits" : "statements wait"} for a connection of the pool “${pool}”`,
      detail:
        "All its connections are in use. Raise DATABASE_POOL when this stays, and the database has processors to spare.",
    };
  }
}
