import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { type CapturedLog, captureLog } from "@/lib/testing-log";
import { startTestServer, type TestServer } from "./test-server";
import { type MadeWebhook, makeWebhook } from "./testing";

let database: TestDatabase;
let web: TestServer;
let webhook: MadeWebhook;
let captured: CapturedLog;

beforeAll(async () => {
  database = await testDatabase();
  web = await startTestServer(database);
  webhook = await makeWebhook(database.pool);
});
afterAll(async () => {
  await web.close();
  await database.close();
});
beforeEach(() => {
  captured = captureLog("debug");
});
afterEach(() => captured.end());

const send = (body: string, identifier = webhook.identifier) =>
  web.send(`/api/webhook/${identifier}?token=secret`, { headers: { "Content-Type": "application/json" }, body });
const lineOf = (requestId: unknown) => captured.lines.find((line) => line.request === requestId);
/** The lines about requests; others may come from what goes on in the process. */
const requestLines = () => captured.lines.filter((line) => (line.route ?? line.outcome) !== undefined);

describe("the log of the door", () => {
  it("has one line per accepted request, with its ids and at debug", async () => {
    const { headers } = await send('{"a":1}');
    expect(requestLines()).toEqual([
      {
        level: "debug",
        time: expect.any(String),
        outcome: "accepted",
        method: "POST",
        status: 200,
        ms: expect.any(Number),
        request: headers["x-spoke-request-id"],
        transaction: headers["x-spoke-transaction-id"],
        webhook: webhook.webhookId,
        account: webhook.accountId,
        cycle: webhook.cycleId,
        msg: "request to a webhook",
      },
    ]);
  });

  it("has refused requests at info", async () => {
    const unreadable = await send("{");
    const unknown = await send("{}", "unknown");
    expect([unreadable, unknown].map(({ headers }) => lineOf(headers["x-spoke-request-id"]))).toMatchObject([
      { level: "info", outcome: "unreadable", status: 400, webhook: webhook.webhookId },
      { level: "info", outcome: "not-found", status: 404 },
    ]);
  });

  it("shows no identifier, query, body or status token", async () => {
    await send('{"a":"hidden from logs"}');
    await send("{");
    await web.send("/api/status/some-token", { method: "GET" });
    expect(requestLines().map((line) => line.route ?? line.outcome)).toEqual([
      "accepted",
      "unreadable",
      "/api/status/{token}",
    ]);
    for (const secret of [webhook.identifier, "token=secret", "hidden from logs", "some-token"])
      expect(captured.text).not.toContain(secret);
  });

  it("leaves out accepted requests at info, and all but a few refused ones of a second", async () => {
    captured.end();
    captured = captureLog("info");
    const { lines } = captured;
    let sent = 0;
    // A slow machine may spread them over several seconds.
    const sendMany = async () => {
      await Promise.all(Array.from({ length: 60 }, () => send("{")));
      sent += 60;
      return written() < sent;
    };
    const written = () => lines.filter((line) => line.outcome === "unreadable").length;
    const leftOut = () => lines.reduce((sum, line) => sum + Number(line.lines ?? 0), 0);
    await expect.poll(sendMany).toBe(true);
    await send("{}");
    await expect.poll(() => written() + leftOut()).toBe(sent);
    expect(lines.filter((line) => line.outcome === "accepted")).toEqual([]);
  });
});
