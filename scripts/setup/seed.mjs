import { execFile } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { root } from "./root.mjs";

const SCRIPT = join(root, "dist/seed.js");

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

/**
 * Puts into the database what a new installation begins with, unless that was done before with the same settings.
 *
 * @param {{ dataDir: string, env: NodeJS.ProcessEnv, key: string }} options `env` of the seed program; `key` hides the password in the stamp
 * @returns {Promise<{ seeded: boolean, result: { orderIntakeUrl?: string } }>}
 */
export async function seed({ dataDir, env, key, run = (work) => work() }) {
  const stampFile = join(dataDir, "seed.json");
  const settings = [env.SPOKE_ADMIN_EMAIL, env.SPOKE_ADMIN_PASSWORD, env.SPOKE_SEED, env.PUBLIC_URL];
  const stamp = createHmac("sha256", key)
    .update(JSON.stringify([await identityOf(env.DATABASE_URL), ...settings]))
    .update(createHash("sha256").update(readFileSync(SCRIPT)).digest())
    .digest("hex");
  const last = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, "utf8")) : undefined;
  if (last?.stamp === stamp) return last.result;
  return run(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--enable-source-maps", SCRIPT], {
      cwd: root,
      env,
    });
    const result = parseSeedOutput(stdout);
    writeFileSync(stampFile, JSON.stringify({ stamp, result }), { mode: 0o600 });
    return result;
  });
}
