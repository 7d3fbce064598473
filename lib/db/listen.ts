import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 5_000;
const CHECK_MS = 1_000;
const ANSWER_MS = 5_000;
/** Checks that may be missing before notifications count as not heard. */
const MISSED_CHECKS = 3;
const END_MS = 1_000;

export type Listener = {
  /** Ends the connection; nothing is reported afterwards. */
  close(): Promise<void>;
  /**
   * Whether all notifications of up to 3 s ago have arrived; while it is `false`, only polling sees what happens. A cut
   * network, a frozen server and a process that was itself frozen are noticed by then: silence is no good sign.
   */
  healthy(): boolean;
};

export type ListenOptions = {
  /** The database, when it is another one than `DATABASE_URL`. A pooler that shares connections between clients won't do. */
  url?: string;
  /** How often the connection is asked for a sign of life, in milliseconds. */
  checkMs?: number;
  /** How long the connection may take to answer before it is given up, in milliseconds. */
  answerMs?: number;
};

/** Ends a connection; one whose other end is gone without a word is not waited for. */
const end = (client: pg.Client): Promise<void> =>
  Promise.race([client.end().catch(() => {}), sleep(END_MS, undefined, { ref: false })]);

type Checks = { checkMs: number; answerMs: number; onAlive: (sinceMs: number) => void; signal: AbortSignal };

/** Asks the connection for signs of life until it fails, stays silent for `answerMs`, or `signal` aborts. */
async function untilBroken(client: pg.Client, { checkMs, answerMs, onAlive, signal }: Checks): Promise<void> {
  const broken = new AbortController();
  client.on("error", () => broken.abort());
  client.on("end", () => broken.abort());
  const over = AbortSignal.any([broken.signal, signal]);
  while (!over.aborted) {
    await sleep(checkMs, undefined, { signal: over, ref: false }).catch(() => {});
    if (over.aborted) return;
    const sentMs = performance.now();
    const answered = client.query("SELECT 1").then(
      () => true,
      () => false,
    );
    if (!(await Promise.race([answered, sleep(answerMs, false, { ref: false })]))) return;
    onAlive(sentMs);
  }
}

type Opening = Pick<Required<ListenOptions>, "url" | "answerMs"> & { channels: string[]; onMessage: OnMessage };
type OnMessage = (channel: string, payload: string) => void;

/** Gives a connection that listens. Rejects when there is none within `answerMs` for each of connecting and listening. */
async function openListening({ url, channels, onMessage, answerMs }: Opening): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: answerMs,
    keepAlive: true,
    application_name: "spoke-listen",
  });
  client.on("error", () => {}); // an error with no listener would end the process; untilBroken sees it too
  client.on("notification", ({ channel, payload = "" }) => onMessage(channel, payload));
  try {
    await client.connect();
    const listening = client.query(channels.map((channel) => `LISTEN ${pg.escapeIdentifier(channel)}`).join("; "));
    const late = sleep(answerMs, "late" as const, { ref: false });
    if ((await Promise.race([listening, late])) === "late") throw new Error("The database does not answer LISTEN");
    return client;
  } catch (error) {
    void end(client);
    throw error;
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
  onMessage: OnMessage,
  onReconnect: () => void,
  { url = env().DATABASE_URL, checkMs = CHECK_MS, answerMs = ANSWER_MS }: ListenOptions = {},
): Promise<Listener> {
  const closing = new AbortController();
  let current: pg.Client | undefined;
  /** When the last question was asked that was answered: what was notified before has arrived. By `performance.now()`. */
  let heardMs = 0;
  const checks = { checkMs, answerMs, onAlive: (sinceMs: number) => (heardMs = sinceMs), signal: closing.signal };

  async function connect(): Promise<pg.Client> {
    const sentMs = performance.now();
    const client = await openListening({ url, channels, onMessage, answerMs });
    heardMs = sentMs;
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
      await untilBroken(client, checks);
      current = undefined;
      await end(client);
      if (closing.signal.aborted) return;
      log.warn({ channels }, "lost the connection for notifications, connecting again");
      client = await reconnect();
      if (client && !closing.signal.aborted) onReconnect();
    }
    if (current) await end(current);
  }

  const ended = keepListening(await connect());
  return {
    healthy: () => current !== undefined && performance.now() - heardMs <= MISSED_CHECKS * checkMs,
    async close() {
      closing.abort();
      await ended;
    },
  };
}
