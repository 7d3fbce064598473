import type { Pool } from "pg";
import { createBatcher } from "@/lib/core/batch";
import { parseCidrList } from "@/lib/core/cidr";
import { createDatabase, getPool } from "@/lib/db/client";
import { uuid7 } from "@/lib/db/ids";
import { type Listener, listen } from "@/lib/db/listen";
import { type Env, env } from "@/lib/env";
import { log } from "@/lib/log";
import { tallies } from "@/lib/metrics/tallies";
import { type AcceptEntry, acceptTransactions, type FirstRequest, lanes } from "@/lib/queue/accept";
import { channels } from "@/lib/queue/channels";
import { type Continued, continueByRequest, continueTogether, type MidCycleRequest } from "@/lib/queue/continue";
import { countUnfinished } from "@/lib/queue/count-unfinished";
import { readCycleStandings } from "@/lib/queue/cycle-standings";
import { findWebhook } from "@/lib/queue/find-webhook";
import { idsOf, notifyJobs, repliesOf } from "@/lib/queue/notify";
import { countWebProcesses } from "@/lib/queue/process-samples";
import { addReceiptCounts, answerReceipts, touchWebhooks, writeReceipts } from "@/lib/queue/receipts";
import { readReplies, readStatus } from "@/lib/queue/replies";
import { addStoredBytes } from "@/lib/queue/stored-bytes";
import type { ScriptJob } from "@/lib/script/job";
import { scriptPool } from "@/lib/script/scripts";
import { type AdmissionBounds, AdmissionGate } from "./admission";
import type { WebhookAnswer } from "./answers";
import { BodyBudget } from "./body-budget";
import { ByteCounter } from "./byte-counter";
import { WebhookCache } from "./cache";
import { JobNews } from "./job-news";
import { Limiter } from "./limiter";
import { LiveProcesses } from "./live-processes";
import { noteAnswer } from "./note-answer";
import { Receiver } from "./receive";
import { Recorder } from "./recorder";
import { ReplyWaiters } from "./reply-waiters";
import type { RequestFailure, RequestHead, WebhookRequest } from "./request";
import { answerStatus, type StatusRequest } from "./status";
import { Unfinished } from "./unfinished";

const MEBIBYTE = 1024 * 1024;

export type DoorOptions = AdmissionBounds & {
  pool: Pool;
  /** The same database, for the connection that listens. */
  databaseUrl: string;
  settings: Pick<Env, "WEBHOOK_MAX_BYTES" | "SYNC_TIMEOUT_SECONDS" | "PUBLIC_URL" | "TRUSTED_PROXIES">;
  /** Milliseconds since 1970. */
  now?: () => number;
  storeTimeoutMs?: number;
  /** Bytes of bodies that may be in memory while their requests are received. */
  maxHeldBytes?: number;
  pollMs?: number;
};

/** Everything that answers requests to `/api/webhook/` and `/api/status/`. */
export type Door = {
  receive: (request: WebhookRequest) => Promise<WebhookAnswer>;
  status: (request: StatusRequest) => Promise<WebhookAnswer>;
  /** Answers and records what could not be read as a request. */
  refuse: (failure: RequestFailure, head: RequestHead | undefined) => WebhookAnswer;
  trustedProxies: ReturnType<typeof parseCidrList>["ranges"];
  /** Whether changes and replies are heard of now, and not only found by polling. */
  healthy(): boolean;
  /** Answers the synchronous callers who wait with 202, now and from now on. */
  releaseWaiters(): void;
  /** Writes what is not written yet and ends. Nothing may be received afterwards. */
  close(): Promise<void>;
  bodyBudget: BodyBudget;
  gate: AdmissionGate;
  cache: WebhookCache;
  recorder: Recorder;
  waiters: ReplyWaiters;
};

const onError = (error: unknown) => log.error({ err: error }, "the webhook door could not do its work");

/**
 * How long a door rests after a batch for each other one that lives, and for so many at most: doors that share the requests would else
 * have small batches each, and all together less done.
 */
const REST_MS = 3;
const MOST_OTHERS = 3;

const createAccept = (pool: Pool, live: LiveProcesses, news: JobNews) =>
  createBatcher<AcceptEntry, FirstRequest | undefined>({
    flush: async (entries) => {
      tallies.acceptBatch.observe(entries.length);
      const isQuiet = entries.some(({ lane }) => lane === lanes.normal) && news.beginsQuietly();
      const firsts = await acceptTransactions(pool, entries, isQuiet);
      if (isQuiet) news.stored();
      return entries.map(({ transactionId }) => firsts.get(transactionId));
    },
    maxItems: 500,
    maxBytes: 8 * MEBIBYTE,
    concurrency: 3,
    parallelFromItems: 200,
    restMs: () => Math.min(live.count - 1, MOST_OTHERS) * REST_MS,
    maxWaitingItems: 20_000,
    maxWaitingBytes: 256 * MEBIBYTE,
    now: () => performance.now(),
  });

/**
 * Requests to mid-cycle webhooks. Those that come together are one database transaction; one that would let the others wait is a
 * transaction of its own. Few at a time, so that connections are left for those that begin transactions.
 */
function createContinue(pool: Pool) {
  const limits = { maxWaitingItems: 5_000, maxWaitingBytes: 64 * MEBIBYTE };
  const together = createBatcher<MidCycleRequest, Continued | undefined>({
    flush: (requests) => continueTogether(pool, requests),
    maxItems: 100,
    maxBytes: 4 * MEBIBYTE,
    concurrency: 2,
    parallelFromItems: 50,
    ...limits,
  });
  const alone = createBatcher<MidCycleRequest, Continued>({
    flush: async ([request]) => [await continueByRequest(pool, request!)],
    maxItems: 1,
    maxBytes: 1,
    concurrency: 2,
    ...limits,
  });
  return {
    add: async (request: MidCycleRequest, sizeBytes: number) =>
      (await together.add(request, sizeBytes)) ?? alone.add(request, sizeBytes),
    async idle() {
      await together.idle();
      await alone.idle();
    },
  };
}

const createRecorder = (pool: Pool) =>
  new Recorder({
    writeReceipts: (rows) => writeReceipts(pool, rows),
    answerReceipts: (rows) => answerReceipts(pool, rows),
    addReceiptCounts: (rows) => addReceiptCounts(pool, rows),
    touchWebhooks: (times) => touchWebhooks(pool, times),
    onError,
  });

const createWaiters = (pool: Pool, pollMs: number | undefined) =>
  new ReplyWaiters({
    read: (ids) => readReplies(pool, ids),
    readStopped: async (ids) => {
      const standings = await readCycleStandings(pool, ids);
      return standings.filter(({ state }) => state !== "RUNNING" && state !== "FINISHING").map(({ id }) => id);
    },
    onError,
    pollMs,
  });

const createLimiter = (live: LiveProcesses, bytes: ByteCounter) =>
  new Limiter({
    processes: () => live.count,
    storedHere: (id) => bytes.total(id),
    unwritten: (id) => bytes.unwritten(id),
    now: () => performance.now(),
  });

const createUnfinished = (pool: Pool, live: LiveProcesses) =>
  new Unfinished({
    count: ({ limit, ...of }, except) => countUnfinished(pool, { ...of, atMost: limit + 1 }, except),
    processes: () => live.count,
    onError,
    now: () => performance.now(),
  });

/** Opens a door: connects the parts and listens for changes. Rejects when the database can't be reached. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { pool, databaseUrl, settings, now = Date.now, storeTimeoutMs = 15_000 } = options;
  const { WEBHOOK_MAX_BYTES: maxBytes, SYNC_TIMEOUT_SECONDS: syncTimeoutSeconds, PUBLIC_URL: publicUrl } = settings;
  let listener: Listener | undefined;
  const healthy = () => listener?.healthy() ?? false;
  const load = (identifier: string) => findWebhook(pool, identifier);
  const cache = new WebhookCache({ load, hearsChanges: healthy, now: () => performance.now() });
  const live = new LiveProcesses(
    () => countWebProcesses(pool),
    () => performance.now(),
  );
  const [waiters, recorder] = [createWaiters(pool, options.pollMs), createRecorder(pool)];
  const news = new JobNews({ tell: () => notifyJobs(pool), now: () => performance.now() });
  const batcher = createAccept(pool, live, news);

  function onMessage(channel: string, payload: string) {
    if (channel === channels.replies) {
      const { replies, ids } = repliesOf(payload);
      waiters.deliver(replies);
      return waiters.notice(ids);
    }
    const ids = idsOf(payload);
    cache.forgetCycles(ids);
    void waiters.releaseStopped(ids);
  }
  listener = await listen([channels.cycles, channels.replies], onMessage, () => cache.clear(), { url: databaseUrl });

  const bytes = new ByteCounter({ addStoredBytes: (added) => addStoredBytes(pool, added), onError });
  const accept = (entry: AcceptEntry, sizeBytes: number) => batcher.add(entry, sizeBytes);
  const continuing = createContinue(pool);
  const readOne = (transactionId: string) => readStatus(pool, transactionId);
  const records = { cache, recorder, waiters, accept, readStatus: readOne, bytes };
  const gate = new AdmissionGate(() => batcher.waiting, options);
  const parts = {
    ...records,
    gate,
    limiter: createLimiter(live, bytes),
    unfinished: createUnfinished(pool, live),
    runScript: (job: ScriptJob) => scriptPool().run(job),
    onError,
    continueByRequest: (request: MidCycleRequest, sizeBytes: number) => continuing.add(request, sizeBytes),
    onAnswered: noteAnswer,
    newId: uuid7,
    now,
  };
  const receiver = new Receiver({ ...parts, maxBytes, syncTimeoutSeconds, storeTimeoutMs, publicUrl });
  return {
    receive: (request) => receiver.receive(request),
    refuse: (failure, head) => receiver.refuse(failure, head),
    status: (request) => answerStatus(request, readOne),
    trustedProxies: parseCidrList(settings.TRUSTED_PROXIES.join(",")).ranges,
    healthy,
    releaseWaiters: () => waiters.close(),
    async close() {
      waiters.close();
      await Promise.all([batcher.idle(), continuing.idle()]);
      await Promise.all([recorder.close(), bytes.close(), news.close()]);
      await listener?.close();
    },
    bodyBudget: new BodyBudget(options.maxHeldBytes ?? Math.max(256 * MEBIBYTE, 4 * maxBytes)),
    gate,
    cache,
    recorder,
    waiters,
  };
}

/** The process's own code and Next's bundles are loaded apart; they share this place. */
const shared = globalThis as typeof globalThis & { spokeDoor?: Promise<Door> };

/**
 * Opens the process's only door, with `connections` of its own to the database: what pages and reports do there never
 * keeps a request to a webhook waiting.
 */
export async function openSharedDoor({ connections }: { connections: number }): Promise<Door & { pool: Pool }> {
  const { pool } = createDatabase({ url: env().DATABASE_URL, maxConnections: connections });
  shared.spokeDoor = openDoor({ pool, databaseUrl: env().DATABASE_URL, settings: env() });
  const door = await shared.spokeDoor;
  const close = async () => {
    await door.close();
    await pool.end();
  };
  return { ...door, pool, close };
}

/** The process's only door; opened on the connections of the pages when the process has not opened it itself. */
export function getDoor(): Promise<Door> {
  shared.spokeDoor ??= openDoor({ pool: getPool(), databaseUrl: env().DATABASE_URL, settings: env() }).catch(
    (error) => {
      shared.spokeDoor = undefined;
      throw error;
    },
  );
  return shared.spokeDoor;
}
