import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { StepError } from "@/lib/core/errors";
import type { OutsideRequest } from "@/lib/steps/types";
import { type Caller, createCaller } from "./call";
import { createEgressGuard, type Lookup } from "./egress";

type Seen = { method: string; url: string; headers: IncomingMessage["headers"]; body: string };
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let port: number;
let answer: Answer;
let seen: Seen[] = [];
const callers: Caller[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = request;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  seen = [];
  server.closeAllConnections();
  await Promise.all(callers.splice(0).map((caller) => caller.close()));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const loopback: Lookup = (_name, { all }, callback) =>
  all ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4);

type Given = Partial<OutsideRequest> & {
  allow?: string[];
  publicUrl?: string;
  resolve?: Lookup;
  signal?: AbortSignal;
};

function call(path: string, { allow = ["127.0.0.1"], publicUrl, resolve = loopback, signal, ...request }: Given = {}) {
  const caller = createCaller(createEgressGuard(allow, resolve), { publicUrl });
  callers.push(caller);
  return caller.call(
    {
      method: "GET",
      url: path.startsWith("/") ? `http://api.example:${port}${path}` : path,
      headers: [],
      timeoutMs: 5_000,
      followRedirects: true,
      secrets: [],
      ...request,
    },
    { signal: signal ?? new AbortController().signal, idempotencyKey: "t-s-1" },
  );
}

const failure = (promise: Promise<unknown>): Promise<StepError> =>
  promise.then(
    () => expect.unreachable("Expected the call to fail"),
    (error) => error as StepError,
  );

const send =
  (status: number, headers: Record<string, string | string[]>, body: string | Buffer = ""): Answer =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

describe("a call", () => {
  test("sends what it is given and decodes the answer", async () => {
    answer = send(201, { "content-type": "application/json", "X-Id": "7", "Set-Cookie": ["a=1", "b=2"] }, '{"ok":[1]}');
    const response = await call("/orders?a=1", { method: "POST", headers: [["X-A", "1"]], body: "hello" });
    expect(seen[0]).toMatchObject({
      method: "POST",
      url: "/orders?a=1",
      body: "hello",
      headers: { "x-a": "1", "user-agent": "Spoke", "idempotency-key": "t-s-1", host: `api.example:${port}` },
    });
    expect(response).toMatchObject({ status: 201, body: { ok: [1] }, sizeBytes: 10 });
    expect(response.headers).toEqual(
      expect.arrayContaining([
        ["x-id", "7"],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ]),
    );
  });

  test.each([
    ["GET", [], undefined],
    ["HEAD", [], undefined],
    ["DELETE", [], "t-s-1"],
    ["POST", [["idempotency-key", "mine"]], "mine"],
  ])("with %s and %j carries the idempotency key %s", async (method, headers, key) => {
    answer = send(200, {});
    await call("/", { method, headers: headers as [string, string][] });
    expect(seen[0]!.headers["idempotency-key"]).toBe(key);
  });

  test.each<[Record<string, string>, string | Buffer, unknown]>([
    [{ "content-type": "application/xml" }, "<a><b>1</b></a>", { a: { b: "1" } }],
    [{ "content-type": "text/plain" }, "hi", { text: "hi" }],
    [{ "content-type": "application/json" }, "", null],
    [{}, "", null],
    [{ "content-type": "application/json", "content-encoding": "gzip" }, gzipSync('{"a":1}'), { a: 1 }],
  ])("with the answer %j gives its data", async (headers, body, data) => {
    answer = send(200, headers, body);
    expect((await call("/")).body).toEqual(data);
  });

  test("gives an answer that is not what its type says as text when asked for that", async () => {
    answer = send(200, { "content-type": "application/json" }, "ok");
    expect(await call("/", { bodyAsText: true })).toMatchObject({ status: 200, body: "ok" });
  });

  test.each([
    ["3", 3_000],
    ["soon", undefined],
  ])("with Retry-After %s says how long to wait", async (header, ms) => {
    answer = send(503, { "retry-after": header });
    expect((await call("/")).retryAfterMs).toBe(ms);
  });
});

describe("redirects", () => {
  const redirectTo =
    (location: string, status = 302): Answer =>
    (request, response) =>
      request.url === "/first" ? response.writeHead(status, { location }).end() : response.writeHead(200).end();

  test.each([
    [303, "POST", "GET", ""],
    [302, "POST", "GET", ""],
    [307, "POST", "POST", "data"],
    [308, "PUT", "PUT", "data"],
    [302, "PUT", "PUT", "data"],
  ])("%d of a %s become a %s with the body %j", async (status, method, then, body) => {
    answer = redirectTo("/second", status);
    await call("/first", { method, body: "data", headers: [["Content-Type", "text/plain"]] });
    expect(seen[1]).toMatchObject({ method: then, url: "/second", body });
  });

  test("keep credentials on the same origin and drop them on the way to another", async () => {
    const given = {
      headers: [
        ["Authorization", "Bearer s3cret"],
        ["X-Key", "s3cret"],
        ["X-Plain", "1"],
      ] as [string, string][],
      secrets: ["s3cret"],
    };
    answer = redirectTo("/second");
    await call("/first", given);
    answer = redirectTo(`http://other.example:${port}/second`);
    await call("/first", given);
    expect(seen.map(({ headers }) => [headers.authorization, headers["x-key"], headers["x-plain"]])).toEqual([
      ["Bearer s3cret", "s3cret", "1"],
      ["Bearer s3cret", "s3cret", "1"],
      ["Bearer s3cret", "s3cret", "1"],
      [undefined, undefined, "1"],
    ]);
  });

  test("are answers when they are not followed", async () => {
    answer = redirectTo("/second");
    expect(await call("/first", { followRedirects: false })).toMatchObject({ status: 302 });
  });

  test("that never end are refused", async () => {
    answer = send(302, { location: "/again" });
    expect(await failure(call("/"))).toMatchObject({ code: "bad_response" });
    expect(seen).toHaveLength(11);
  });

  test.each([
    ["http://169.254.169.254/latest/meta-data", "169.254.169.254"],
    ["http://[::1]/", "::1"],
    ["http://0x7f000002/", "127.0.0.2"],
  ])("to %s are refused", async (location, address) => {
    answer = redirectTo(location);
    const error = await failure(call("/first"));
    expect(error).toMatchObject({ code: "not_allowed", retryable: false });
    expect(error.message).toContain(`its address ${address} is not on the internet`);
  });

  test("to another protocol are refused", async () => {
    answer = redirectTo("file:///etc/passwd");
    expect(await failure(call("/first"))).toMatchObject({ code: "not_allowed" });
  });
});

describe("private addresses", () => {
  test("are refused, whether a name or the URL says them", async () => {
    const errors = [
      await failure(call("/", { allow: [] })),
      await failure(call(`http://127.0.0.1:${port}/`, { allow: [] })),
      await failure(call(`http://localhost:${port}/`, { allow: [] })),
    ];
    expect(errors.map((error) => error.code)).toEqual(["not_allowed", "not_allowed", "not_allowed"]);
    expect(errors[0]!.message).toBe(
      "api.example can't be called: its address 127.0.0.1 is not on the internet. Whoever runs Spoke can allow it with EGRESS_ALLOW.",
    );
    expect(seen).toEqual([]);
  });

  test("are refused when a name changes its mind between two lookups", async () => {
    const answers = ["8.8.8.8", "127.0.0.1"];
    const asked: string[] = [];
    const rebinding: Lookup = (name, _options, callback) => {
      asked.push(name);
      callback(null, [{ address: answers[asked.length - 1] ?? "127.0.0.1", family: 4 }]);
    };
    const guard = createEgressGuard([], rebinding);
    guard.lookup("api.example", { all: true }, () => {});
    expect(await failure(call("/", { allow: [], resolve: rebinding }))).toMatchObject({ code: "not_allowed" });
    expect(seen).toEqual([]);
  });

  test("can be called under a name that is allowed", async () => {
    answer = send(200, {});
    const local = `http://localhost:${port}/`;
    expect(await call(local, { allow: ["localhost"] })).toMatchObject({ status: 200 });
    expect(await failure(call(local, { allow: ["localhost:1"] }))).toMatchObject({ code: "not_allowed" });
  });

  test("can be called where the installation's own webhooks are", async () => {
    answer = send(200, {}, "Webhook accepted.");
    const own = { allow: [], publicUrl: `http://api.example:${port}` };
    for (const url of [`http://localhost:${port}`, `http://127.0.0.1:${port}`]) {
      const answered = await call(`${url}/api/webhook/${"a1B2".repeat(5)}xy?from=orders`, {
        allow: [],
        publicUrl: url,
      });
      expect(answered).toMatchObject({ status: 200 });
    }
    expect(await failure(call(`http://127.0.0.1:${port}/api/webhook/${"a".repeat(22)}`, own))).toMatchObject({
      code: "not_allowed",
    });
  });

  test.each([
    "/api/v1/me",
    "/api/webhook/",
    "/api/webhook/../v1/me",
    `/api/webhook/${"a".repeat(22)}/../../v1/me`,
    `/api/webhook/${"a".repeat(22)}%2f..%2f..%2fv1`,
    `/api/webhook/..%2fv1%2f${"a".repeat(13)}`,
  ])("can't be called elsewhere in the installation: %s", async (path) => {
    const own = { allow: [], publicUrl: `http://127.0.0.1:${port}` };
    expect(await failure(call(`http://127.0.0.1:${port}${path}`, own))).toMatchObject({ code: "not_allowed" });
    expect(seen).toEqual([]);
  });
});

describe("a call that fails", () => {
  test("because the answer takes too long, says so", async () => {
    answer = () => {};
    const error = await failure(call("/", { timeoutMs: 50 }));
    expect(error).toMatchObject({ code: "timed_out", message: `api.example:${port} did not answer within 0.05 s.` });
  });

  test("because the answer never ends, says so", async () => {
    answer = (_, response) => response.writeHead(200).write("x");
    expect(await failure(call("/", { timeoutMs: 80 }))).toMatchObject({ code: "timed_out" });
  });

  test("because it was broken off, gives the reason", async () => {
    const breaking = new AbortController();
    answer = () => breaking.abort(new Error("enough"));
    await expect(call("/", { signal: breaking.signal })).rejects.toThrow("enough");
  });

  test("because nothing listens, says so", async () => {
    const error = await failure(call("http://127.0.0.1:1/"));
    expect(error).toMatchObject({
      code: "request_failed",
      retryable: true,
      message: "127.0.0.1:1 refuses connections.",
    });
  });

  test("because nobody has the name, says so", async () => {
    const unknown: Lookup = (_name, _options, callback) =>
      callback(Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }), "");
    expect((await failure(call("/", { resolve: unknown }))).message).toBe(
      "No server is called api.example. Check the URL.",
    );
  });

  test("because the connection is closed, says so", async () => {
    answer = (request) => request.socket.destroy();
    expect((await failure(call("/"))).message).toBe(
      `api.example:${port} closed the connection before it had answered.`,
    );
  });

  test("because it does not speak TLS, says so", async () => {
    answer = send(200, {});
    expect(await failure(call(`https://api.example:${port}/`))).toMatchObject({
      code: "request_failed",
      retryable: false,
    });
  });

  test("because the answer is not what it says, says so", async () => {
    answer = send(200, { "content-type": "application/json" }, "{nonsense");
    const error = await failure(call("/"));
    expect(error).toMatchObject({ code: "bad_response", retryable: false });
    expect(error.message).toMatch(/^The answer of api\.example:\d+ could not be read: JSON is not valid/);
  });

  test.each<[string, Answer]>([
    ["sent", send(200, {}, Buffer.alloc(11 * 1024 * 1024))],
    ["unpacked", send(200, { "content-encoding": "gzip" }, gzipSync(Buffer.alloc(11 * 1024 * 1024)))],
  ])("because more than 10 MiB are %s, says so", async (_, tooLarge) => {
    answer = tooLarge;
    expect((await failure(call("/"))).message).toBe(`The answer of api.example:${port} is larger than 10 MiB.`);
  });
});

test("secrets that come back are blanked out, in errors too", async () => {
  answer = (request, response) =>
    response
      .writeHead(200, { "content-type": "application/json", "x-echo": String(request.headers.authorization) })
      .end(JSON.stringify({ headers: request.headers, "key s3cret/1": ["s3cret%2F1"] }));
  const given = { headers: [["Authorization", "Bearer s3cret/1"]] as [string, string][], secrets: ["s3cret/1"] };
  const response = await call("/", given);
  expect(JSON.stringify(response)).not.toContain("s3cret");
  expect(response.body).toMatchObject({ headers: { authorization: "Bearer (secret)" }, "key (secret)": ["(secret)"] });
  const resolve: Lookup = (_name, _options, callback) => callback(new Error("met s3cret/1"), "");
  const error = await failure(call("/", { ...given, resolve }));
  expect(error.detail).toBe("met (secret)");
});
