import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decryptSecret, encryptSecret } from "./cipher";

const newKey = () => randomBytes(32).toString("base64");

const keyring = { current: newKey(), old: [] };

describe("encryptSecret", () => {
  it.each(["s3cret", "", "pässwörd 🔑", "a".repeat(10_000)])("is undone by decryptSecret: %#", (text) => {
    expect(decryptSecret(encryptSecret(text, keyring), keyring)).toBe(text);
  });

  it("gives another ciphertext each time, without the text in it", () => {
    expect(encryptSecret("s3cret", keyring)).not.toBe(encryptSecret("s3cret", keyring));
    expect(encryptSecret("s3cret", keyring)).toMatch(/^[\w-]{8}:[\w-]{16}:[\w-]{22}:[\w-]+$/);
  });
});

describe("decryptSecret", () => {
  const [before, after] = [newKey(), newKey()];
  const encrypted = encryptSecret("s3cret", { current: before, old: [] });

  it("reads what an older key encrypted", () => {
    expect(decryptSecret(encrypted, { current: after, old: [newKey(), before] })).toBe("s3cret");
  });

  it("names the key that is missing", () => {
    expect(() => decryptSecret(encrypted, { current: after, old: [] })).toThrow("ENCRYPTION_KEYS_OLD");
  });

  it("refuses a ciphertext that was changed", () => {
    const [keyId, iv, tag] = encrypted.split(":");
    const changed = [keyId, iv, tag, Buffer.from("s4cret").toString("base64url")].join(":");
    expect(() => decryptSecret(changed, { current: before, old: [] })).toThrow();
  });
});
