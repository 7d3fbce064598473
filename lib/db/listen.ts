import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 5_000;
const CHECK_MS = 10_000;
const ANSWER_MS = 5_000;

export type Listener = {
  /** Ends the connection; nothing is reported afterwards. */
  close(): Promise<void>;
  /** Whether notifications arrive now; while it is `false`, only polling sees what happens. */
  healthy(): boolean;
};

export type ListenOptions = {
  /** The database, when it is another one than `DATABASE_URL`. A pooler that shares connections between clients won't do. */
  url?: string;
};

/** Waits until the connection fails or `signal` aborts. A silent connection is asked for a sign of life now and then. */
async function untilBroken(client: pg.Client, signal: AbortSignal): Promise<void> {
  const broken = new AbortController();
  client.on("error", () => broken.abort());
  client.on("end", () => broken.abort());
  const over = AbortSignal.any([broken.signal, signal]);
  while (!over.aborted) {
    await sleep(CHECK_MS, undefined, { signal: over, ref: false }).catch(() => {});
    if (over.aborted) return;
    const answered = client.query("SELECT 1").then(
      () => true,
      () => false,
    );
    if (!(await Promise.race([answered, sleep(ANSWER_MS, false, { ref: false })]))) return;
  }
}

/**
 * Reports what is notified on `channels` until it is closed. A lost connection is made again by itself, with growing
 * pauses of up to 5 s; `onReconnect` is called each time it is there again, because notifications may have been missed.
 *
 * @returns once the first connection listens: what is notified from then on is reported
 * @throws when the first connection fails
 */
export async function listen(
  channels: string[],
  onMessage: (channel: string, payload: string) => void,
  onReconnect: () => void,
  { url = env().DATABASE_URL }: ListenOptions = {},
): Promise<Listener> {
  const closing = new AbortController();
  let current: pg.Client | undefined;

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: ANSWER_MS,
      keepAlive: true,
      application_name: "spoke-listen",
    });
    client.on("error", () => {}); // an error with no listener would end the process; untilBroken sees it too
    client.on("notification", ({ channel, payload = "" }) => onMessage(channel, payload));
    await client.connect();
    await client.query(channels.map((channel) => `LISTEN ${pg.escapeIdentifier(channel)}`).join("; "));
    current = client;
    return client;
  }

  async function reconnect(): Promise<pg.Client | undefined> {
    for (let delayMs = FIRST_DELAY_MS; !closing.signal.aborted; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
      const client = await connect().catch(() => undefined);
      if (client) return client;
      await sleep(delayMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
    }
    return undefined;
  }

  async function keepListening(first: pg.Client) {
    for (let client: pg.Client | undefined = first; client && !closing.signal.aborted; ) {
      await untilBroken(client, closing.signal);
      current = undefined;
      await client.end().catch(() => {});
      if (closing.signal.aborted) return;
      log.warn({ channels }, "lost the connection for notifications, connecting again");
      client = await reconnect();
      if (client && !closing.signal.aborted) onReconnect();
    }
    await current?.end().catch(() => {});
  }

  const ended = keepListening(await connect());
  return {
    healthy: () => current !== undefined,
    async close() {
      closing.abort();
      await ended;
    },
  };
}
