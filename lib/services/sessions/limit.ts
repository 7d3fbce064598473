import type { Pool } from "pg";
import { countAttempt } from "@/lib/queue/count-attempt";
import { ServiceError } from "../errors";

const WINDOW_MS = 15 * 60_000;

/**
 * Counts an attempt to show a password. Throws `too_many_attempts` with `retryAfterSeconds` when more than `most` were
 * made under this key within 15 minutes.
 */
export async function limitAttempts(pool: Pool, key: string, most: number): Promise<void> {
  const { failures, endsInMs } = await countAttempt(pool, { key, windowMs: WINDOW_MS });
  if (failures <= most) return;
  const retryAfterSeconds = Math.max(1, Math.ceil(endsInMs / 1_000));
  const minutes = Math.ceil(retryAfterSeconds / 60);
  const wait = minutes === 1 ? "a minute" : `${minutes} minutes`;
  throw new ServiceError("too_many_attempts", `Too many attempts. Try again in ${wait}.`, { retryAfterSeconds });
}
