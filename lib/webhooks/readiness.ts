import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Pool } from "pg";
import { readMigrations } from "@/lib/queue/ready";
import { textAnswer, type WebhookAnswer } from "./answers";
import type { Door } from "./door";

export type ReadinessOptions = {
  pool: Pool;
  door: Pick<Door, "healthy">;
  /** Whether the process is about to end. */
  isStopping: () => boolean;
  /** The folder of the migrations that this version needs. */
  migrationsFolder?: string;
};

/** Makes the answer of `/readyz`: 200 when requests can be served, else 503 with what is missing. */
export function createReadiness(options: ReadinessOptions): () => Promise<WebhookAnswer> {
  const { pool, door, isStopping, migrationsFolder = join(process.cwd(), "prisma", "migrations") } = options;
  const needed = readdirSync(migrationsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

  async function missing(): Promise<string | undefined> {
    if (isStopping()) return "This process is stopping.";
    try {
      const applied = await readMigrations(pool);
      if (needed.some((name) => !applied.has(name))) return "Migrations are missing. Run npm run migrate.";
    } catch {
      return "The database does not answer.";
    }
    return door.healthy() ? undefined : "Notifications of the database are not heard.";
  }

  return async () => {
    const problem = await missing();
    return problem === undefined ? textAnswer(200, "Ready.") : textAnswer(503, problem);
  };
}
