import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { startTestServer, type TestServer } from "./test-server";
import { type MadeWebhook, makeWebhook } from "./testing";
import { fromWebRequest, toWebResponse } from "./web-request";

let database: TestDatabase;
let web: TestServer;
let webhook: MadeWebhook;

beforeAll(async () => {
  database = await testDatabase();
  web = await startTestServer(database, { settings: { TRUSTED_PROXIES: ["10.0.0.0/8"] } });
  webhook = await makeWebhook(database.pool);
});
afterAll(async () => {
  await web.close();
  await database.close();
});

/** Sends a Fetch API request to the door, as the route behind Next does. */
async function send(init: RequestInit, identifier = webhook.identifier): Promise<Response> {
  const request = new Request(`http://spoke/api/webhook/${identifier}?a=1`, init);
  return toWebResponse(await web.door.receive(fromWebRequest(request, identifier, web.door)), request.method);
}

describe("the door behind Next", () => {
  it("gives the same answers", async () => {
    const answers = await Promise.all([
      send({ method: "POST", body: "{}" }),
      send({ method: "GET" }),
      send({ method: "HEAD" }),
      send({ method: "PUT", body: "{}" }),
      send({ method: "POST", body: Buffer.alloc(100_001) }),
      send({ method: "POST" }, "unknown"),
    ]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map((answer, index) => [answer.status, texts[index]])).toEqual([
      [200, "Webhook accepted."],
      [200, "Webhook found."],
      [200, ""],
      [405, "Method not allowed. Send a POST request."],
      [413, "Webhook payload is too large. The limit is 100000 bytes."],
      [404, "Webhook not found."],
    ]);
  });

  it("records the request as it came, without our own users' sessions", async () => {
    const headers = {
      "Content-Type": "application/json",
      "X-Forwarded-For": "203.0.113.9, 10.1.1.1",
      Cookie: "a=1; next-auth.session-token=secret",
    };
    const answer = await send({ method: "POST", headers, body: '{"a":"ü"}' });
    const id = String(answer.headers.get("x-spoke-request-id"));
    const receipt = await database.prisma.receipt.findUniqueOrThrow({ where: { id } });
    expect(receipt).toMatchObject({
      query: "a=1",
      clientIp: "203.0.113.9",
      contentType: "application/json",
      sizeBytes: 10,
    });
    expect(receipt.headers).toEqual(expect.arrayContaining([["cookie", "a=1"]]));
    expect(Buffer.from(receipt.body!).toString()).toBe('{"a":"ü"}');
  });
});
