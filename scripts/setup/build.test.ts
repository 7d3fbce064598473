import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashSources } from "./build.mjs";

let folder: string;
beforeEach(() => {
  folder = `${mkdtempSync(join(tmpdir(), "spoke-sources-"))}/`;
  write("server.ts", "serve()");
  write("lib/core/retry.ts", "retry()");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

describe("hashSources", () => {
  it.each([
    ["server.ts", "serve(2)"],
    ["lib/core/retry.ts", "retry(2)"],
    ["app/new/page.tsx", ""],
    ["package-lock.json", "{}"],
  ])("changes with %s", (path, content) => {
    const before = hashSources(folder);
    write(path, content);
    expect(hashSources(folder)).not.toBe(before);
  });

  it.each([
    ["lib/core/retry.ts", "retry()"],
    ["lib/core/retry.test.ts", "it()"],
    ["lib/db/generated/client.ts", "made anew"],
    ["docs/glossary.md", "words"],
    ["e2e/start.spec.ts", "test()"],
  ])("does not change with %s", (path, content) => {
    const before = hashSources(folder);
    write(path, content);
    expect(hashSources(folder)).toBe(before);
  });
});
