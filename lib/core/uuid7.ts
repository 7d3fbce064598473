const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const POOL_BYTES = 4096;
const BYTES_PER_ID = 10;
const MAX_COUNTER = 0xfff;

export type Uuid7Options = {
  /** Milliseconds since 1970. */
  now: () => number;
  /** Fills the array with unpredictable bytes. */
  random: (bytes: Uint8Array) => void;
};

/**
 * Makes a generator of UUIDs of version 7 (RFC 9562): 48 bits of time, a counter of 12, and 62 random bits.
 * Each one sorts after all that the same generator gave before, also when the clock is set back.
 */
export function createUuid7({ now, random }: Uuid7Options): () => string {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  let lastMs = 0;
  let counter = 0;
  const hex = (at: number) => HEX[pool[at]!]!;

  return () => {
    if (used + BYTES_PER_ID > POOL_BYTES) {
      random(pool);
      used = 0;
    }
    const at = used;
    used += BYTES_PER_ID;
    const nowMs = now();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      counter = ((pool[at + 8]! << 8) | pool[at + 9]!) & 0x7ff; // begins in the lower half: the upper one is room to count
    } else if (++counter > MAX_COUNTER) {
      lastMs++;
      counter = 0;
    }
    const time = lastMs.toString(16).padStart(12, "0");
    const count = counter.toString(16).padStart(3, "0");
    const variant = HEX[(pool[at]! & 0x3f) | 0x80]!;
    const node = hex(at + 2) + hex(at + 3) + hex(at + 4) + hex(at + 5) + hex(at + 6) + hex(at + 7);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${variant}${hex(at + 1)}-${node}`;
  };
}
