import type { AddedBytes } from "@/lib/queue/stored-bytes";

const DAY_MS = 86_400_000;
const FLUSH_MS = 1_000;

/** Whose body it is. */
export type Owners = Pick<AddedBytes, "webhookId" | "accountId">;

export type ByteCounterOptions = {
  addStoredBytes: (added: readonly AddedBytes[]) => Promise<void>;
  /** Told of a write that failed; it is tried again with the next. */
  onError: (error: unknown) => void;
};

/** Counts the bytes of accepted requests' bodies per webhook, account and day, and writes them once in a second. */
export class ByteCounter {
  readonly #options: ByteCounterOptions;
  readonly #totals = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #added = new Map<string, AddedBytes>();
  /** What is being written. */
  #sent: AddedBytes[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ByteCounterOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Counts a body that was stored. */
  add({ webhookId, accountId }: Owners, bytes: number, receivedAt: number): void {
    if (bytes === 0) return;
    this.#totals.set(webhookId, this.total(webhookId) + bytes);
    this.#totals.set(accountId, this.total(accountId) + bytes);
    this.#add({ webhookId, accountId, day: receivedAt - (receivedAt % DAY_MS), bytes });
  }

  /** Bytes that were counted for a webhook or an account since this process started. */
  total(id: string): number {
    return this.#totals.get(id) ?? 0;
  }

  /** Those of them that the database does not know of yet. */
  unwritten(id: string): number {
    return [...this.#sent, ...this.#added.values()].reduce(
      (sum, { webhookId, accountId, bytes }) => (webhookId === id || accountId === id ? sum + bytes : sum),
      0,
    );
  }

  /** Writes what was counted since the last time. Never rejects. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Writes what is left; nothing may be counted afterwards. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  #add(added: AddedBytes): void {
    const key = `${added.webhookId} ${added.day}`;
    const sum = this.#added.get(key);
    if (sum) sum.bytes += added.bytes;
    else this.#added.set(key, added);
  }

  async #write(): Promise<void> {
    const sent = [...this.#added.values()];
    this.#added = new Map();
    if (sent.length === 0) return;
    this.#sent = sent;
    try {
      await this.#options.addStoredBytes(sent);
    } catch (error) {
      this.#options.onError(error);
      for (const added of sent) this.#add(added);
    } finally {
      this.#sent = [];
    }
  }
}
