import { type Listener, listen } from "@/lib/db/listen";
import { log } from "@/lib/log";
import { channels, SOMEBODY_WAITS } from "@/lib/queue/channels";
import { idsOf } from "@/lib/queue/notify";

/** A bell that one loop waits for. A ring that comes while nobody waits is kept. */
export class Bell {
  #rung = false;
  #answer: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#answer?.();
  }

  /** Resolves at the next ring, at once when it has rung since the last wait, and after `ms` at the latest. */
  async wait(ms: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#answer = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#answer = undefined;
    }
    this.#rung = false;
  }
}

export type WakeListeners = {
  /** Jobs are ready; `cycleIds` when all of them are synchronous ones of these cycles. */
  onJobs: (somebodyWaits: boolean, cycleIds: readonly string[]) => void;
  onCycles: (cycleIds: string[]) => void;
  onCancels: (transactionIds: string[]) => void;
  /** Notifications may have been missed. */
  onGap: () => void;
};

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/** Passes notifications on until it is closed; keeps trying while the database can't be reached. What it misses is found by polling. */
export function listenForWork(listeners: WakeListeners, url: string | undefined): { close(): Promise<void> } {
  let listener: Listener | undefined;
  let closed = false;

  function onMessage(channel: string, payload: string) {
    if (channel === channels.jobs) listeners.onJobs(payload !== "", payload === SOMEBODY_WAITS ? [] : idsOf(payload));
    else if (channel === channels.cycles) listeners.onCycles(idsOf(payload));
    else listeners.onCancels(idsOf(payload));
  }

  async function connect(waitMs: number): Promise<void> {
    if (closed) return;
    try {
      listener = await listen([channels.jobs, channels.cycles, channels.cancels], onMessage, listeners.onGap, { url });
      if (closed) await listener.close();
      else listeners.onGap();
    } catch (error) {
      log.warn({ err: error }, "could not listen for work, trying again");
      setTimeout(() => void connect(Math.min(waitMs * 2, LONGEST_RETRY_MS)), waitMs).unref();
    }
  }

  void connect(FIRST_RETRY_MS);
  return {
    async close() {
      closed = true;
      await listener?.close();
    },
  };
}
