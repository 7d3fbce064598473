import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { takeLock, withLock } from "./lock.mjs";
import { beginOf } from "./process.mjs";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spoke-lock-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("takeLock", () => {
  it("gives the lock to one and tells the other who has it", () => {
    const path = join(folder, "held");
    const lock = takeLock(path);
    expect(takeLock(path)).toEqual({ heldBy: process.pid });
    expect(lock).toHaveProperty("release");
  });

  it.each([
    ["a process that is no more", `4194305\n1`],
    ["an earlier process whose number another one has now", `${process.pid}\nanother time`],
    ["nobody we could read of", ""],
  ])("takes the lock that was left by %s", (_who, content) => {
    const path = join(folder, "left");
    writeFileSync(path, content);
    expect(takeLock(path)).toHaveProperty("release");
  });

  it("respects the lock of another running process", () => {
    const path = join(folder, "parent");
    writeFileSync(path, `${process.ppid}\n${beginOf(process.ppid)}`);
    expect(takeLock(path)).toEqual({ heldBy: process.ppid });
  });
});

describe("withLock", () => {
  it("lets one work after the other", async () => {
    const path = join(folder, "turns");
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
    };
    await Promise.all([withLock(path, work("first")), withLock(path, work("second"))]);
    expect(seen).toEqual(["first begins", "first ends", "second begins", "second ends"]);
  });
});
