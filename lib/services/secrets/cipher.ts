import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { env } from "@/lib/env";

/** Keys in base64: `current` encrypts, `old` ones still decrypt. */
export type Keyring = { current: string; old: readonly string[] };

const keyring = (): Keyring => ({ current: env().ENCRYPTION_KEY, old: env().ENCRYPTION_KEYS_OLD });

/** A key is named by what it is, so that every process knows a ciphertext's key without being told. */
function readKey(base64: string) {
  const bytes = Buffer.from(base64, "base64");
  return { id: createHash("sha256").update(bytes).digest("base64url").slice(0, 8), bytes };
}

/** Encrypts a text with AES-256-GCM; gives `keyId:iv:tag:ciphertext`, each in base64url. */
export function encryptSecret(text: string, { current }: Keyring = keyring()): string {
  const key = readKey(current);
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key.bytes, iv);
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return [key.id, ...[iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString("base64url"))].join(":");
}

/**
 * Gives the text that `encryptSecret` was given.
 *
 * @throws Error when its key is not known any more, or when it was changed
 */
export function decryptSecret(encrypted: string, { current, old }: Keyring = keyring()): string {
  const [keyId, iv = "", tag = "", ciphertext = ""] = encrypted.split(":");
  const key = [current, ...old].map(readKey).find((known) => known.id === keyId);
  if (!key) throw new Error(`A secret was encrypted with the key ${keyId}. Add that key to ENCRYPTION_KEYS_OLD.`);
  const decipher = createDecipheriv("aes-256-gcm", key.bytes, Buffer.from(iv, "base64url"), { authTagLength: 16 });
  decipher.setAuthTag(Buffer.from(tag, "base64url"));
  return Buffer.concat([decipher.update(Buffer.from(ciphertext, "base64url")), decipher.final()]).toString("utf8");
}
