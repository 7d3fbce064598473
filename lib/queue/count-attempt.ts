import type { Pool } from "pg";

export type Attempts = {
  /** Attempts in the window, this one included, that were not forgiven. */
  failures: number;
  /** Milliseconds until the window ends and counting begins anew. */
  endsInMs: number;
};

/**
 * Counts an attempt under `key` before it is made, so that many at the same moment can't pass a limit together.
 * A window begins with its first attempt and lasts `windowMs`.
 */
export async function countAttempt(
  pool: Pool,
  { key, windowMs }: { key: string; windowMs: number },
): Promise<Attempts> {
  const { rows } = await pool.query<Attempts>({
    name: "count-attempt",
    text: `
      INSERT INTO "SignInAttempt" AS attempt (key, failures, "windowEnd")
      VALUES ($1, 1, now() + $2 * interval '1 millisecond')
      ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN attempt."windowEnd" <= now() THEN 1 ELSE attempt.failures + 1 END,
        "windowEnd" = CASE WHEN attempt."windowEnd" <= now() THEN excluded."windowEnd" ELSE attempt."windowEnd" END
      RETURNING failures, (extract(epoch FROM "windowEnd" - now()) * 1000)::float8 AS "endsInMs"`,
    values: [key, windowMs],
  });
  return rows[0]!;
}

/** Takes back one counted attempt that was right, and clears windows that are over. */
export async function forgiveAttempt(pool: Pool, key: string): Promise<void> {
  await pool.query({
    name: "forgive-attempt",
    text: `
      WITH old AS (DELETE FROM "SignInAttempt" WHERE "windowEnd" <= now() AND key <> $1)
      UPDATE "SignInAttempt" SET failures = greatest(failures - 1, 0) WHERE key = $1`,
    values: [key],
  });
}

/** Forgets all attempts under a key: who knows the password has guessed enough. */
export async function clearAttempts(pool: Pool, key: string): Promise<void> {
  await pool.query({ name: "clear-attempts", text: `DELETE FROM "SignInAttempt" WHERE key = $1`, values: [key] });
}
