import type { Pool, QueryResultRow } from "pg";

/** A pool or a connection of pg. */
export type Db = Pick<Pool, "query">;

export type Statement = {
  /** PostgreSQL plans a statement once per connection and name; one without a name is planned each time. */
  name: string;
  text: string;
  values: readonly unknown[];
  /** Rejects when there is no answer after so long, and gives the connection up: it may be dead without knowing it. */
  timeoutMs: number;
};

/** Runs a prepared statement and gives its rows. */
export async function run<Row extends QueryResultRow>(
  db: Db,
  { name, text, values, timeoutMs }: Statement,
): Promise<Row[]> {
  // pg reads `query_timeout` from here; its types know it for whole clients only.
  const config: { name: string; text: string; values: unknown[]; query_timeout: number } = {
    name,
    text,
    values: [...values],
    query_timeout: timeoutMs,
  };
  try {
    return (await db.query<Row>(config)).rows;
  } catch (error) {
    if (!hasPartitionNow(error)) throw error;
    return (await db.query<Row>(config)).rows;
  }
}

/** A row was on its way to the partition for everything else while that of its own day was made: nothing was written. */
function hasPartitionNow(error: unknown): boolean {
  const { code, table, constraint } = error as { code?: string; table?: string; constraint?: string };
  return code === "23514" && constraint === undefined && table?.endsWith("_default") === true;
}
