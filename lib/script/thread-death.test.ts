import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { ScriptPool } from "./pool";
import { newTestPool, PATIENT, runScript, testThreadFile } from "./testing";

const pools: ScriptPool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

describe("a thread that dies", { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "spoke-script-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A pool with one thread at a time, in which the code "die" does `deed` before it is run; the deaths are listed. */
  async function mortalPool(name: string, deed: string) {
    const threadFile = join(folder, `${name}.mjs`);
    const prelude = `import fs from "node:fs";
      import { parentPort } from "node:worker_threads";
      parentPort.on("message", ({ requests }) => { if (requests.some(({ code }) => code.includes("die"))) { ${deed} } });`;
    writeFileSync(
      threadFile,
      `${prelude}\nawait import(${JSON.stringify(pathToFileURL(await testThreadFile()).href)});`,
    );
    const deaths: string[] = [];
    const onThreadDied = (error: Error & { code?: string }) => deaths.push(error.code ?? error.message);
    const pool = await newTestPool({ threadFile, threads: 1, limits: PATIENT, onThreadDied });
    pools.push(pool);
    return { pool, deaths };
  }

  it("takes no run with it: what it was given begins again elsewhere", async () => {
    const mark = join(folder, "died");
    const once = `const mark = ${JSON.stringify(mark)};
      if (!fs.existsSync(mark)) { fs.writeFileSync(mark, ""); process.exit(1); }`;
    const { pool, deaths } = await mortalPool("once", once);
    const quick = (index: number) => runScript(pool, { code: `return "die" && ${index}` });
    const all = await Promise.all(Array.from({ length: 20 }, (_, index) => quick(index)));
    expect(all.map(({ returned }) => returned)).toEqual(all.map((_, index) => index));
    expect(deaths).toEqual(["It has ended by itself"]);
  });

  it("fails the run that it dies of the second time, and no other", async () => {
    const { pool, deaths } = await mortalPool("again", "process.exit(1);");
    const deadly = await runScript(pool, { code: "die" });
    expect(deadly.error).toEqual({ kind: "broken", message: "The script ended the thread that ran it, twice" });
    expect(deaths).toHaveLength(2);
    expect((await runScript(pool, { code: "return 1" })).returned).toBe(1);
  });

  it("fails the run at once that takes all its memory", async () => {
    const { pool, deaths } = await mortalPool(
      "hungry",
      "const all = []; for (;;) all.push(Array(1_000).fill(all.length));",
    );
    const hungry = await runScript(pool, { code: "die", limits: { cpuMs: 50_000 } });
    expect(hungry.error).toEqual({ kind: "memory", message: "The script needs more memory than 32 MiB" });
    expect(deaths).toEqual(["ERR_WORKER_OUT_OF_MEMORY"]);
    expect((await runScript(pool, { code: "return 1" })).returned).toBe(1);
  });
});
