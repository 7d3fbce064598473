import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { LINGER } from "../linger";
import { startTestServer, type TestServer, type TestServerOptions } from "../test-server";
import { type MadeWebhook, makeWebhook } from "../testing";
import { HOST, head, post } from "./bad-input";
import { type Caller, openCaller } from "./caller";

const MEBIBYTE = 1024 * 1024;
const LIMIT_BYTES = MEBIBYTE;
const PART = Buffer.alloc(65_536, "x");
/** For callers that a slow machine may hold up. */
const LONG_LINGER = { ...LINGER, totalMs: 60_000, idleMs: 60_000 };

let database: TestDatabase;
let webhook: MadeWebhook;

beforeAll(async () => {
  database = await testDatabase();
  webhook = await makeWebhook(database.pool);
});
afterAll(() => database.close());

/** Gives a test a server of its own, and closes it after it. */
async function withServer(options: TestServerOptions, test: (web: TestServer) => Promise<void>) {
  const web = await startTestServer(database, { settings: { WEBHOOK_MAX_BYTES: LIMIT_BYTES }, ...options });
  try {
    await test(web);
  } finally {
    await web.close();
  }
}

const path = () => `/api/webhook/${webhook.identifier}`;
const statuses = (caller: Caller) => caller.answers().map(({ status }) => status);
const beginLarge = (headers: string) => head(webhook.identifier, `Content-Type: text/plain\r\n${headers}`);

describe("many connections", () => {
  it("keep nobody waiting while 1,000 of them are idle, and end when nothing comes", async () => {
    await withServer({ timeouts: { headersMs: 60_000, requestMs: 60_000, checkEveryMs: 50 } }, async (web) => {
      const idle = Array.from({ length: 1_000 }, () => openCaller(web.port));
      for (const [at, caller] of idle.entries()) caller.send(["", `POST ${path()} HTTP/1.1\r\n${HOST}`][at % 2]!);
      const answers = await Promise.all(Array.from({ length: 100 }, () => web.send(path(), { body: "x" })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
      const { headersTimeout, requestTimeout } = web.server;
      Object.assign(web.server, { headersTimeout: 100, requestTimeout: 100 });
      await Promise.all(idle.map(({ closed }) => closed));
      const answered = idle.map((caller) => statuses(caller).join());
      expect(answered.filter((status) => status === "")).toHaveLength(500);
      expect(answered.filter((status) => status === "408")).toHaveLength(500);
      Object.assign(web.server, { headersTimeout, requestTimeout });
      expect((await web.send(path(), { body: "x" })).status).toBe(200);
    });
  });
});

describe("a body over the limit", () => {
  it.each([
    ["announced", `Content-Length: ${100 * MEBIBYTE}\r\n`, () => PART],
    [
      "endless",
      "Transfer-Encoding: chunked\r\n",
      () => Buffer.concat([Buffer.from("10000\r\n"), PART, Buffer.from("\r\n")]),
    ],
  ])("is never in memory beyond the limit, and is answered before it ends (%s)", async (_what, headers, part) => {
    await withServer({}, async (web) => {
      const caller = openCaller(web.port);
      caller.send(beginLarge(headers));
      let mostHeld = 0;
      await expect
        .poll(() => {
          caller.send(part());
          mostHeld = Math.max(mostHeld, web.door.bodyBudget.heldBytes);
          return statuses(caller);
        })
        .toEqual([413]);
      expect(mostHeld).toBeLessThanOrEqual(LIMIT_BYTES + PART.length);
      expect(caller.answers()[0]!.headers.get("connection")).toBe("close");
      await expect.poll(() => web.door.bodyBudget.heldBytes).toBe(0);
      caller.end();
      await caller.closed;
    });
  });

  it("is taken in until the caller has read the answer, who sends all of it first", async () => {
    await withServer({ linger: LONG_LINGER }, async (web) => {
      const caller = openCaller(web.port);
      const bytes = 20 * MEBIBYTE;
      caller.send(beginLarge(`Content-Length: ${bytes}\r\n`), Buffer.alloc(bytes, "x"));
      caller.end();
      await caller.closed;
      expect(statuses(caller)).toEqual([413]);
      expect(caller.bytesWritten()).toBeGreaterThan(bytes);
    });
  });

  it("is cut off after the time, the silence and the bytes that a connection may linger, and over their number", async () => {
    const cases = [
      { ...LINGER, checkEveryMs: 5, totalMs: 50 },
      { ...LINGER, checkEveryMs: 5, idleMs: 50 },
      { ...LINGER, checkEveryMs: 5, bytes: 500_000 },
      { ...LINGER, connections: 0 },
    ];
    for (const linger of cases) {
      await withServer({ linger }, async (web) => {
        const caller = openCaller(web.port);
        caller.send(beginLarge(`Content-Length: ${50 * MEBIBYTE}\r\n`), ...Array<Buffer>(40).fill(PART));
        await caller.closed;
        expect((await web.send(path(), { body: "x" })).status).toBe(200);
      });
    }
  });

  it("does not let what follows it on its connection be taken for a request", async () => {
    await withServer({ linger: LONG_LINGER }, async (web) => {
      const before = await database.prisma.receipt.count({ where: { outcome: "ACCEPTED" } });
      const caller = openCaller(web.port);
      const bytes = 3 * MEBIBYTE;
      caller.send(beginLarge(`Content-Length: ${bytes}\r\n`), Buffer.alloc(bytes, "x"));
      caller.send(...post("text/plain", "smuggled")(webhook.identifier));
      caller.end();
      await caller.closed;
      expect(statuses(caller)).toEqual([413]);
      expect(await database.prisma.receipt.count({ where: { outcome: "ACCEPTED" } })).toBe(before);
    });
  });
});

describe("bodies that unpack to much", () => {
  it("share the memory that is set aside: what has no room is answered 503, and later there is room again", async () => {
    await withServer({ maxHeldBytes: 3 * LIMIT_BYTES }, async (web) => {
      const packed = gzipSync(Buffer.alloc(LIMIT_BYTES - 1, "x"));
      const send = () => web.send(path(), { headers: { "Content-Encoding": "gzip" }, body: packed });
      const lock = await database.pool.connect();
      await lock.query(`BEGIN; LOCK TABLE "Job" IN ACCESS EXCLUSIVE MODE`);
      const sent = Array.from({ length: 20 }, send);
      const answered: number[] = [];
      for (const answer of sent) void answer.then(({ status }) => answered.push(status));
      await expect.poll(() => answered.length).toBeGreaterThanOrEqual(18);
      await lock.query("ROLLBACK");
      lock.release();
      const all = (await Promise.all(sent)).map(({ status }) => status);
      expect(all.filter((status) => status === 503)).toHaveLength(18);
      expect(all.filter((status) => status === 200)).toHaveLength(2);
      expect((await send()).status).toBe(200);
      expect(web.door.bodyBudget.heldBytes).toBe(0);
    });
  });
});
