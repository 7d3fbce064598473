import { createCipheriv, createHash, randomBytes } from "node:crypto";

/** Encrypts a secret as the application stores it (lib/services/secrets/cipher.ts), with a key in base64. */
export function encryptSecret(text, keyBase64) {
  const key = Buffer.from(keyBase64, "base64");
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const keyId = createHash("sha256").update(key).digest("base64url").slice(0, 8);
  return [keyId, ...[iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString("base64url"))].join(":");
}
