import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makePassword, readSecrets } from "./secrets.mjs";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spoke-secrets-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("readSecrets", () => {
  it("makes the secrets once and closes their file to others", () => {
    const path = join(folder, "once.json");
    const secrets = readSecrets(path);
    expect(readSecrets(path)).toEqual(secrets);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(Buffer.from(secrets.encryptionKey, "base64")).toHaveLength(32);
  });

  it("keeps those that are there when one is missing", () => {
    const path = join(folder, "older.json");
    writeFileSync(path, JSON.stringify({ encryptionKey: "kept" }));
    expect(readSecrets(path)).toMatchObject({ encryptionKey: "kept", adminPassword: expect.any(String) });
    expect(readSecrets(path)).toEqual(readSecrets(path));
  });

  it("refuses a file that can't be read instead of replacing the key", () => {
    const path = join(folder, "broken.json");
    writeFileSync(path, "{");
    expect(() => readSecrets(path)).toThrow("Restore it from a backup");
  });
});

describe("makePassword", () => {
  it("gives 16 letters and digits that are not mistaken for each other, another one each time", () => {
    expect(makePassword()).toMatch(/^[a-km-np-zA-HJ-NP-Z2-9]{16}$/);
    expect(makePassword()).not.toBe(makePassword());
  });
});
