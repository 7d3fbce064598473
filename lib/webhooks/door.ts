import type { Pool } from "pg";
import { createBatcher } from "@/lib/core/batch";
import { parseCidrList } from "@/lib/core/cidr";
import { createDatabase, getPool } from "@/lib/db/client";
import { uuid7 } from "@/lib/db/ids";
import { type Listener, listen } from "@/lib/db/listen";
import { type Env, env } from "@/lib/env";
import { log } from "@/lib/log";
import { type AcceptEntry, acceptTransactions } from "@/lib/queue/accept";
import { channels } from "@/lib/queue/channels";
import { readCycleStandings } from "@/lib/queue/cycle-standings";
import { findWebhook } from "@/lib/queue/find-webhook";
import { idsOf } from "@/lib/queue/notify";
import { addReceiptCounts, answerReceipts, touchWebhooks, writeReceipts } from "@/lib/queue/receipts";
import { readReplies, readStatus } from "@/lib/queue/replies";
import type { WebhookAnswer } from "./answers";
import { BodyBudget } from "./body-budget";
import { createWebhookCache, type WebhookCache } from "./cache";
import { createReceiver, type Receiver } from "./receive";
import { createRecorder, type Recorder } from "./recorder";
import { createReplyWaiters, type ReplyWaiters } from "./reply-waiters";
import { answerStatus, type StatusRequest } from "./status";

const MEBIBYTE = 1024 * 1024;

export type DoorOptions = {
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
  receive: Receiver;
  status: (request: StatusRequest) => Promise<WebhookAnswer>;
  trustedProxies: ReturnType<typeof parseCidrList>["ranges"];
  /** Whether changes and replies are heard of now, and not only found by polling. */
  healthy(): boolean;
  /** Answers the synchronous callers who wait with 202, now and from now on. */
  releaseWaiters(): void;
  /** Writes what is not written yet and ends. Nothing may be received afterwards. */
  close(): Promise<void>;
  bodyBudget: BodyBudget;
  cache: WebhookCache;
  recorder: Recorder;
  waiters: ReplyWaiters;
};

const onError = (error: unknown) => log.error({ err: error }, "the webhook door could not do its work");

function createAccept(pool: Pool) {
  const batcher = createBatcher<AcceptEntry, undefined>({
    flush: async (entries) => {
      await acceptTransactions(pool, entries);
      return entries.map(() => undefined);
    },
    maxItems: 500,
    maxBytes: 8 * MEBIBYTE,
    concurrency: 3,
    parallelFromItems: 200,
    maxWaitingItems: 20_000,
    maxWaitingBytes: 256 * MEBIBYTE,
  });
  return { accept: batcher.add, idle: batcher.idle };
}

/** Opens a door: connects the parts and listens for changes. Rejects when the database can't be reached. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { pool, databaseUrl, settings, now = Date.now, storeTimeoutMs = 15_000, pollMs } = options;
  let listener: Listener | undefined;
  const hearsChanges = () => listener?.healthy() ?? false;
  const cache = createWebhookCache({
    load: (identifier) => findWebhook(pool, identifier),
    hearsChanges,
    now: () => performance.now(),
  });
  const waiters = createReplyWaiters({
    read: (ids) => readReplies(pool, ids),
    readStopped: async (ids) => {
      const standings = await readCycleStandings(pool, ids);
      return standings.filter(({ state }) => state !== "RUNNING" && state !== "FINISHING").map(({ id }) => id);
    },
    onError,
    pollMs,
  });
  const recorder = createRecorder({
    writeReceipts: (rows) => writeReceipts(pool, rows),
    answerReceipts: (rows) => answerReceipts(pool, rows),
    addReceiptCounts: (rows) => addReceiptCounts(pool, rows),
    touchWebhooks: (times) => touchWebhooks(pool, times),
    onError,
  });
  const { accept, idle } = createAccept(pool);

  function onMessage(channel: string, payload: string) {
    const ids = idsOf(payload);
    if (channel === channels.replies) return waiters.notice(ids);
    cache.forgetCycles(ids);
    void waiters.releaseStopped(ids);
  }
  listener = await listen([channels.cycles, channels.replies], onMessage, cache.clear, { url: databaseUrl });

  const receive = createReceiver({
    cache,
    accept: async (entry, sizeBytes) => accept(entry, sizeBytes),
    recorder,
    waiters,
    onError,
    newId: uuid7,
    now,
    maxBytes: settings.WEBHOOK_MAX_BYTES,
    syncTimeoutSeconds: settings.SYNC_TIMEOUT_SECONDS,
    storeTimeoutMs,
    publicUrl: settings.PUBLIC_URL,
  });

  return {
    receive,
    status: (request) => answerStatus(request, (transactionId) => readStatus(pool, transactionId)),
    trustedProxies: parseCidrList(settings.TRUSTED_PROXIES.join(",")).ranges,
    healthy: hearsChanges,
    releaseWaiters: waiters.close,
    async close() {
      waiters.close();
      await idle();
      await recorder.close();
      await listener?.close();
    },
    bodyBudget: new BodyBudget(options.maxHeldBytes ?? Math.max(256 * MEBIBYTE, 4 * settings.WEBHOOK_MAX_BYTES)),
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
export async function openSharedDoor({ connections }: { connections: number }): Promise<Door> {
  const { pool } = createDatabase({ url: env().DATABASE_URL, maxConnections: connections });
  shared.spokeDoor = openDoor({ pool, databaseUrl: env().DATABASE_URL, settings: env() });
  const door = await shared.spokeDoor;
  const close = async () => {
    await door.close();
    await pool.end();
  };
  return { ...door, close };
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
