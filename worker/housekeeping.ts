import type { Pool } from "pg";
import { KEPT_DAYS } from "@/lib/core/partition-days";
import type { Caller } from "@/lib/http/call";
import { log } from "@/lib/log";
import { tallies } from "@/lib/metrics/tallies";
import { readNow } from "@/lib/queue/delete-old";
import { deleteReplays, REPLAYS_PER_STATEMENT } from "@/lib/queue/delete-replays";
import { discardExpired } from "@/lib/queue/discard";
import { dropPartitions } from "@/lib/queue/drop-partitions";
import { deleteExpiredKeys, KEYS_PER_STATEMENT } from "@/lib/queue/duplicate-keys";
import { FORGOTTEN_PER_STATEMENT, forgetKeptRequests } from "@/lib/queue/kept-requests";
import { makePartitions } from "@/lib/queue/make-partitions";
import { deleteOldNotifications, NOTIFICATIONS_PER_STATEMENT } from "@/lib/queue/notifications";
import { promoteJobs } from "@/lib/queue/promote";
import { stopFinishedCycles } from "@/lib/queue/stop-finished";
import { deleteOldStoredBytes } from "@/lib/queue/stored-bytes";
import { timeOutHeld } from "@/lib/queue/time-out";
import { checkAlarms } from "./alarms";
import { createOutlets, sendNotifications } from "./notifications";
import { rescue } from "./rescue";
import { Retention } from "./retention";
import { tendHolds } from "./tend-holds";

const LONGEST_PROMOTE_MS = 1_000;
const SHORTEST_PROMOTE_MS = 5;
const ALARMS_MS = 5_000;
const NOTIFICATIONS_MS = 2_000;
/** Between statements that delete a few of one kind while there are more: keys go up to 2,500 a second so. */
const FULL_PART_PAUSE_MS = 200;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A day longer than any transaction is kept. */
const REPLAYS_MS = (KEPT_DAYS + 1) * 24 * HOUR_MS;

/** Does something at once, and again after the pause that it gives or after `pauseMs`; errors are logged and it goes on. */
export class Repeat {
  readonly #act: () => Promise<number | undefined> | undefined;
  readonly #what: string;
  readonly #pauseMs: number;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | undefined;
  #stopped = false;
  /** By `performance.now()`. */
  #nextAt = 0;

  constructor(what: string, pauseMs: number, act: () => Promise<number | undefined> | undefined) {
    this.#what = what;
    this.#pauseMs = pauseMs;
    this.#act = act;
    this.#plan(performance.now());
  }

  /** Does it within `ms` at the latest. */
  within(ms: number): void {
    const at = performance.now() + ms;
    if (at < this.#nextAt) this.#plan(at);
  }

  #plan(at: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#nextAt = at;
    this.#timer = setTimeout(() => this.#start(), at - performance.now());
  }

  /** A round that is asked for while one is under way follows it. */
  #start(): void {
    this.#underWay = (this.#underWay ?? Promise.resolve()).then(() => this.#round());
  }

  async #round(): Promise<void> {
    this.#nextAt = Number.POSITIVE_INFINITY;
    let nextMs: number | undefined;
    try {
      nextMs = await this.#act();
    } catch (error) {
      if (!this.#stopped) log.warn({ err: error }, `could not ${this.#what}, trying again`);
    }
    this.within(nextMs ?? this.#pauseMs);
  }

  /** Resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#underWay;
  }
}

export type Housekeeping = {
  /** A job will be due in `ms`. */
  promoteIn(ms: number): void;
  /** Takes back at once what workers hold that are known to be gone. */
  rescueNow(): void;
  /** Resolves when what is under way has ended. */
  stop(): Promise<void>;
};

/** Keeps the queue in order, on every worker: what is due becomes ready, what is over ends, what was lost is found, what is old goes. */
export function startHousekeeping(pool: Pool, caller: Caller): Housekeeping {
  const promotion = new Repeat("make due jobs ready", LONGEST_PROMOTE_MS, async () => {
    const { promoted, nextInMs } = await promoteJobs(pool);
    if (promoted > 0) return SHORTEST_PROMOTE_MS;
    return Math.min(Math.max(nextInMs ?? LONGEST_PROMOTE_MS, SHORTEST_PROMOTE_MS), LONGEST_PROMOTE_MS);
  });
  const rescuing = new Repeat("rescue lost jobs", 2_000, async () => {
    await rescue(pool);
    return undefined;
  });
  const retention = new Retention(pool);
  const stopping = new AbortController();
  const outlets = createOutlets(caller);
  const repeats = [
    promotion,
    new Repeat("stop finished cycles", 500, async () => {
      for (const cycle of await stopFinishedCycles(pool)) log.info({ cycle }, "stopped a cycle that has finished");
      return undefined;
    }),
    rescuing,
    new Repeat("discard expired jobs", MINUTE_MS, async () => {
      const discarded = await discardExpired(pool);
      tallies.ended.DISCARDED.value += discarded;
      if (discarded > 0) log.info({ transactions: discarded }, "discarded what was queued for stopped cycles");
      return undefined;
    }),
    new Repeat("forget keys of duplicates", 10_000, async () =>
      (await deleteExpiredKeys(pool)) === KEYS_PER_STATEMENT ? FULL_PART_PAUSE_MS : undefined,
    ),
    new Repeat("forget replays", HOUR_MS, async () => {
      const deleted = await deleteReplays(pool, new Date(Date.now() - REPLAYS_MS));
      return deleted === REPLAYS_PER_STATEMENT ? FULL_PART_PAUSE_MS : undefined;
    }),
    new Repeat("tend what is on hold", SECOND_MS, () => tendHolds(pool)),
    new Repeat("let held transactions time out", LONGEST_PROMOTE_MS, async () => {
      const { timedOut, nextInMs } = await timeOutHeld(pool);
      if (timedOut > 0) return SHORTEST_PROMOTE_MS;
      return Math.min(Math.max(nextInMs ?? LONGEST_PROMOTE_MS, SHORTEST_PROMOTE_MS), LONGEST_PROMOTE_MS);
    }),
    new Repeat("forget requests that came early", 10_000, async () =>
      (await forgetKeptRequests(pool)) === FORGOTTEN_PER_STATEMENT ? FULL_PART_PAUSE_MS : undefined,
    ),
    new Repeat("make and drop partitions", HOUR_MS, async () => {
      const made = await makePartitions(pool, stopping.signal);
      if (made.length > 0) log.info({ partitions: made }, "made partitions for the days to come");
      await deleteOldStoredBytes(pool);
      const dropped = await dropPartitions(pool, stopping.signal);
      if (dropped.length > 0) log.info({ partitions: dropped }, "dropped partitions that are past every retention");
      return undefined;
    }),
    new Repeat("remove what is past its retention", MINUTE_MS, async () => {
      const removed = await retention.round(stopping.signal);
      if (removed && Object.values(removed).some((count) => count > 0))
        log.info(removed, "removed what is past its retention");
      return undefined;
    }),
    new Repeat("check alarms", ALARMS_MS, async () => {
      const check = await checkAlarms(pool, stopping.signal);
      if (check && check.notifications > 0) log.info(check, "told of alarms");
      return undefined;
    }),
    new Repeat("send notifications", NOTIFICATIONS_MS, async () => {
      await sendNotifications(pool, outlets, stopping.signal);
      return undefined;
    }),
    new Repeat("remove old notifications", HOUR_MS, async () => {
      const deleted = await deleteOldNotifications(pool, await readNow(pool));
      return deleted === NOTIFICATIONS_PER_STATEMENT ? FULL_PART_PAUSE_MS : undefined;
    }),
  ];
  return {
    promoteIn: (ms) => promotion.within(Math.min(Math.max(ms, SHORTEST_PROMOTE_MS), LONGEST_PROMOTE_MS)),
    rescueNow: () => rescuing.within(0),
    async stop() {
      stopping.abort();
      await Promise.all(repeats.map((repeat) => repeat.stop()));
      outlets.mailer?.close();
    },
  };
}
