import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { SetupError } from "./progress.mjs";

/** Letters and digits that are not mistaken for each other. */
const LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** @returns {string} a password of 16 letters and digits, as random as the system can make it */
export function makePassword() {
  const usable = 256 - (256 % LETTERS.length); // bytes above would make the first letters more likely
  const letters = [];
  while (letters.length < 16)
    for (const byte of randomBytes(32)) if (byte < usable) letters.push(LETTERS[byte % LETTERS.length]);
  return letters.slice(0, 16).join("");
}

/**
 * Reads the secrets of this installation, and makes those that are missing. Only the owner of the file may read it.
 *
 * @param {string} path of the JSON file
 * @returns {{ nextauthSecret: string, encryptionKey: string, adminPassword: string, postgresPassword: string }}
 */
export function readSecrets(path) {
  let kept = {};
  if (existsSync(path)) {
    try {
      kept = JSON.parse(readFileSync(path, "utf8"));
    } catch {
      throw new SetupError(
        `${path} can't be read: it is not JSON. Restore it from a backup; stored credentials can't be read without it.`,
      );
    }
  }
  const secrets = {
    nextauthSecret: randomBytes(32).toString("base64"),
    encryptionKey: randomBytes(32).toString("base64"),
    adminPassword: makePassword(),
    postgresPassword: randomBytes(24).toString("base64url"),
    ...kept,
  };
  if (Object.keys(secrets).length !== Object.keys(kept).length) {
    writeFileSync(`${path}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  return secrets;
}
