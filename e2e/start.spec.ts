import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { portIsFree } from "@/scripts/setup/port.mjs";

type Start = { child: ChildProcess; output: () => string; exitCode: Promise<number | null> };

let dataDir: string;
let port: number;
let starts: Start[];

/** A free port below those that the system gives away, so that nobody gets it before a start or between two. */
async function ownPort(): Promise<number> {
  const drawn = 20_000 + Math.floor(Math.random() * 10_000);
  return (await portIsFree(drawn)) ? drawn : ownPort();
}

async function openFolder() {
  dataDir = mkdtempSync(join(tmpdir(), "spoke-start-"));
  port = await ownPort();
  starts = [];
}

async function closeFolder() {
  for (const { child, exitCode } of starts) {
    child.kill("SIGTERM");
    await exitCode;
  }
  rmSync(dataDir, { recursive: true, force: true });
}

/** Starts Spoke as `npm start` does, with data of its own. */
function start(variables: Record<string, string> = {}, args: string[] = []): Start {
  const { DATABASE_URL, SPOKE_ADMIN_EMAIL, SPOKE_ADMIN_PASSWORD, ...surroundings } = process.env;
  const own = { SPOKE_DATA_DIR: dataDir, PORT: String(port), PUBLIC_URL: `http://localhost:${port}` };
  const env = { ...surroundings, ...own, ...variables };
  const child = spawn(process.execPath, ["scripts/start.mjs", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
  const exitCode = new Promise<number | null>((fulfil) => child.on("close", fulfil));
  const started = { child, output: () => text, exitCode };
  starts.push(started);
  return started;
}

const ready = (spoke: Start) => expect.poll(spoke.output, { timeout: 120_000 }).toContain("Ctrl-C stops it.");

test.describe("one after another on the same data", () => {
  test.describe.configure({ mode: "serial", timeout: 240_000 });
  test.beforeAll(openFolder);
  test.afterAll(closeFolder);
  let first: Start;
  let second: Start;

  test("Spoke sets itself up and serves", async ({ request }) => {
    first = start();
    await ready(first);
    expect((await request.get(`http://localhost:${port}/readyz`)).status()).toBe(200);
    expect(first.output()).toMatch(/Filling the database[\s\S]*curl .*\/api\/webhook\//);
    expect(statSync(join(dataDir, "secrets.json")).mode & 0o777).toBe(0o600);
  });

  test("a second start says that Spoke already runs", async () => {
    const other = start({ PORT: String(await ownPort()) });
    expect(await other.exitCode).toBe(1);
    expect(other.output().trim()).toMatch(
      /^Spoke already runs on \S+ \(process \d+\)\. Stop that one, or set SPOKE_DATA_DIR/,
    );
  });

  test("Spoke stops at a signal, and starts again with what it had", async () => {
    first.child.kill("SIGTERM");
    expect(await first.exitCode).toBe(0);
    expect(await portIsFree(port)).toBe(true);

    second = start();
    await ready(second);
    expect(second.output()).not.toContain("Filling the database");
    const password = /Password +(\w{16})$/m;
    expect(first.output()).toMatch(password);
    expect(second.output().match(password)?.[1]).toBe(first.output().match(password)?.[1]);
  });

  test("a start that was killed leaves nothing that hinders the next one", async ({ request }) => {
    second.child.kill("SIGKILL");
    await second.exitCode;
    await expect.poll(() => portIsFree(port), { timeout: 60_000 }).toBe(true);
    await ready(start());
    expect((await request.get(`http://localhost:${port}/readyz`)).status()).toBe(200);
  });
});

test.describe("what is wrong is said", () => {
  test.beforeEach(openFolder);
  test.afterEach(closeFolder);

  test("a taken port is named, with what to do", async () => {
    const other = createServer();
    await new Promise<void>((fulfil) => other.listen(port, () => fulfil()));
    const spoke = start();
    expect(await spoke.exitCode).toBe(1);
    expect(spoke.output().trim()).toBe(
      `Port ${port} is taken by another program. Stop it, or choose another port: PORT=${port + 1} npm start`,
    );
    other.close();
  });

  const badDatabases = [
    { url: "mysql://localhost/spoke", sentence: "it must be like postgresql://user:password@host:5432/spoke." },
    { url: "postgresql://spoke:hidden@127.0.0.1:1/spoke", sentence: "no PostgreSQL answers at 127.0.0.1:1. Start it" },
  ];

  for (const { url, sentence } of badDatabases) {
    test(`DATABASE_URL=${url} is refused with what to do`, async () => {
      const spoke = start({ DATABASE_URL: url });
      expect(await spoke.exitCode).toBe(1);
      expect(spoke.output()).toContain(`DATABASE_URL can't be used: ${sentence}`);
      expect(spoke.output()).not.toContain("hidden");
    });
  }

  test("an unknown option is refused", async () => {
    const spoke = start({}, ["--fast"]);
    expect(await spoke.exitCode).toBe(1);
    expect(spoke.output().trim()).toMatch(/^There is no option --fast\./);
  });
});
