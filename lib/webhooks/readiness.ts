import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { readMigrations } from "@/lib/queue/ready";
import { jsonAnswer, type WebhookAnswer } from "./answers";
import type { Door } from "./door";

/** How long the database may take to answer. */
const DATABASE_MS = 1_000;

/** When whoever asked may ask again, in seconds. */
const RETRY_AFTER_SECONDS = 5;

export type ReadinessOptions = {
  pool: Pool;
  door: Pick<Door, "healthy">;
  /** Whether the process is about to end. */
  isStopping: () => boolean;
  /** The folder of the migrations that this version needs. */
  migrationsFolder?: string;
};

/** What keeps a process from serving; undefined when nothing does. */
export type Problem = { check: string; problem: string } | undefined;

/** The answer of a `/readyz`: 200, or 503 with the check that failed; `more` is told in both. */
export function readyAnswer(problem: Problem, more: object = {}): WebhookAnswer {
  if (problem === undefined) return jsonAnswer(200, { ready: true, ...more });
  return jsonAnswer(503, { ready: false, ...problem, ...more }, [["Retry-After", String(RETRY_AFTER_SECONDS)]]);
}

/** The answer of a `/healthz`: the process lives, and its event loop turns, or this would not be said. */
export const healthAnswer = (problem: Problem = undefined): WebhookAnswer =>
  problem === undefined ? jsonAnswer(200, { alive: true }) : jsonAnswer(503, { alive: false, ...problem });

/**
 * Makes the answer of `/readyz`: 200 when requests can be served, else 503 with the check that failed. While notifications
 * are not heard the door looks everything up, so requests are served then too, and the answer says `polling`.
 */
export function createReadiness(options: ReadinessOptions): () => Promise<WebhookAnswer> {
  const { pool, door, isStopping, migrationsFolder = join(process.cwd(), "prisma", "migrations") } = options;
  const needed = readdirSync(migrationsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  let asking: Promise<Problem> | undefined;

  async function askDatabase(): Promise<Problem> {
    const applied = readMigrations(pool).catch(() => undefined);
    const names = await Promise.race([applied, sleep(DATABASE_MS, undefined, { ref: false })]);
    if (names === undefined) return { check: "database", problem: "The database does not answer." };
    const missing = needed.some((name) => !names.has(name));
    return missing ? { check: "migrations", problem: "Migrations are missing. Run npm run migrate." } : undefined;
  }

  return async () => {
    if (isStopping()) return readyAnswer({ check: "stopping", problem: "This process is stopping." });
    // Shared by all who ask meanwhile: a probe that comes too often shall not take connections from others.
    asking ??= askDatabase().finally(() => {
      asking = undefined;
    });
    return readyAnswer(await asking, { notifications: door.healthy() ? "heard" : "polling" });
  };
}
