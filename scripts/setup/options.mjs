import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { SetupError } from "./progress.mjs";
import { root } from "./root.mjs";

/**
 * What `npm start` is told by its arguments and environment.
 *
 * @typedef {{ dataDir: string, port: number, host?: string, publicUrl: string, databaseUrl?: string, empty: boolean, adminEmail: string, adminPassword?: string }} StartOptions
 */

/** Takes variables from the file `.env` of the checkout that the environment does not have. */
export function loadEnvFile() {
  const path = join(root, ".env");
  if (existsSync(path)) process.loadEnvFile(path);
}

/**
 * Reads the options of a start.
 *
 * @param {{ args: string[], env: Record<string, string | undefined> }} given
 * @returns {StartOptions}
 * @throws SetupError with one sentence that names what is wrong
 */
export function readOptions({ args, env }) {
  const unknown = args.find((arg) => arg !== "--empty");
  if (unknown)
    throw new SetupError(`There is no option ${unknown}. The only one is --empty: start without the demo account.`);

  const port = Number(env.PORT || 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new SetupError("PORT must be a whole number from 1 to 65535.");
  }
  if (env.SPOKE_ADMIN_PASSWORD && env.SPOKE_ADMIN_PASSWORD.length < 10) {
    throw new SetupError("SPOKE_ADMIN_PASSWORD must have 10 characters or more.");
  }
  if (env.SPOKE_ADMIN_EMAIL && !/^[^@\s]+@[^@\s]+$/.test(env.SPOKE_ADMIN_EMAIL)) {
    throw new SetupError("SPOKE_ADMIN_EMAIL must be an e-mail address.");
  }
  return {
    dataDir: resolve(root, env.SPOKE_DATA_DIR || ".data"),
    port,
    host: env.HOST || undefined,
    publicUrl: (env.PUBLIC_URL || `http://localhost:${port}`).replace(/\/+$/, ""),
    databaseUrl: env.DATABASE_URL || undefined,
    empty: args.includes("--empty") || env.SPOKE_SEED === "empty",
    adminEmail: env.SPOKE_ADMIN_EMAIL || "admin@spoke.local",
    adminPassword: env.SPOKE_ADMIN_PASSWORD || undefined,
  };
}
