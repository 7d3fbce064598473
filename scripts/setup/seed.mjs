import { execFile } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { SetupError } from "./progress.mjs";
import { root } from "./root.mjs";

/** @returns {Promise<string>} a text that only this database has, however it is addressed */
async function identityOf(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(`SELECT id FROM "_prisma_migrations" ORDER BY started_at LIMIT 1`);
    return rows[0]?.id ?? "";
  } finally {
    await client.end();
  }
}

/** What the seed program prints: one JSON value on the last line. */
export function parseSeedOutput(output) {
  return JSON.parse(output.trim().split("\n").at(-1) ?? "{}");
}

async function runSeed(script, env) {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["--enable-source-maps", script], {
      cwd: root,
      env,
    });
    return stdout;
  } catch (error) {
    throw new SetupError(`The database could not be filled:\n${error.stderr?.trim() || error.message}`);
  }
}

/**
 * Puts into the database what a new installation begins with, unless that was done before with the same settings.
 *
 * @param {{ dataDir: string, script: string, env: NodeJS.ProcessEnv, run?: <T>(work: () => Promise<T>) => Promise<T> }} options
 *   the seed program, its environment, and what is given the work when there is any
 * @returns {Promise<{ orderIntakeUrl?: string }>} what the program printed, now or then
 */
export async function seed({ dataDir, script, env, run = (work) => work() }) {
  const stampFile = join(dataDir, "seed.json");
  const settings = [env.SPOKE_ADMIN_EMAIL, env.SPOKE_ADMIN_PASSWORD, env.SPOKE_SEED, env.PUBLIC_URL];
  const stamp = createHmac("sha256", env.ENCRYPTION_KEY) // a password is in it, so nobody may try passwords on it
    .update(JSON.stringify([await identityOf(env.DATABASE_URL), ...settings]))
    .update(createHash("sha256").update(readFileSync(script)).digest())
    .digest("hex");
  const last = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, "utf8")) : undefined;
  if (last?.stamp === stamp) return last.result;
  return run(async () => {
    const result = parseSeedOutput(await runSeed(script, env));
    writeFileSync(stampFile, JSON.stringify({ stamp, result }), { mode: 0o600 });
    return result;
  });
}
