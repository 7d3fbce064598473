import { type Db, run } from "./statement";

const TIMEOUT_MS = 3_000;

/** The names of the migrations that the database has. Rejects when it does not answer, or has none. */
export async function readMigrations(pool: Db): Promise<Set<string>> {
  const rows = await run<{ name: string }>(pool, {
    name: "read-migrations",
    text: `SELECT migration_name AS name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
  return new Set(rows.map((row) => row.name));
}
