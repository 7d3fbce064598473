import { describe, expect, it } from "vitest";
import type { Graph } from "@/lib/core/graph";
import { closeScriptPool, setScriptPool } from "@/lib/script/scripts";
import { newTestPool } from "@/lib/script/testing";
import { makeWebhook } from "./testing";
import { json, testScriptedDoor, withScript } from "./testing-scripts";

const door = testScriptedDoor();
const { hook } = door;

describe("after_webhook", { timeout: 60_000 }, () => {
  it("restructures the data; the receipt keeps what came", async () => {
    const { send } = await hook(`function after_webhook() {
      const { order } = method_request;
      method_request = { company: cycle_variables.company, skus: order.lines.map((line) => line.sku) };
      method_request_headers.checked = "yes";
    }`);
    const body = { order: { lines: [{ sku: "A1" }, { sku: "B2" }] } };
    const { answer, receipt, input } = await send({ ...json(body), query: "?shop=7" });
    expect([answer.status, answer.body, receipt.outcome]).toEqual([200, "Webhook accepted.", "ACCEPTED"]);
    expect(input).toMatchObject({
      body: { company: "Acme", skus: ["A1", "B2"] },
      query: { shop: "7" },
      headers: { checked: "yes", "content-type": "application/json" },
    });
    expect(JSON.parse(Buffer.from(receipt.body!).toString())).toEqual(body);
  });

  it("refuses a request by returning false: the sender hears that it was accepted, and nothing begins", async () => {
    const { send } = await hook(`function after_webhook() {
      log("test order", method_request.id);
      if (method_request.test) return false;
    }`);
    const refused = await send(json({ id: 7, test: true }));
    expect([refused.answer.status, refused.answer.body]).toEqual([200, "Webhook accepted."]);
    expect(refused.answer.headers["x-spoke-transaction-id"]).toBeUndefined();
    expect(refused.receipt).toMatchObject({
      outcome: "IGNORED",
      transactionId: null,
      reason: "after_webhook() returned false.\nConsole: test order 7",
    });
    const taken = await send(json({ id: 8 }));
    expect(taken.receipt).toMatchObject({ outcome: "ACCEPTED", reason: "Console: test order 8" });
    expect(taken.transaction).not.toBeNull();
  });

  it("leaves the data with the receipt alone when it changes nothing", async () => {
    const { send } = await hook("function after_webhook() { method_request.id; method_request_headers.host; }");
    const { receipt, input } = await send(json({ id: 7 }));
    expect([receipt.outcome, input]).toEqual(["ACCEPTED", null]);
  });

  it.each([
    ["throws", "function after_webhook() {\n  throw new Error('No order');\n}", "in line 2: No order"],
    ["can't be read", "function after_webhook() {\n  let = ;\n}", "in line 2"],
    ["leaves what is no request", "function after_webhook() { method_request_headers = 5 }", "method_request_headers"],
  ])("answers 500 when it %s, and says why on the receipt", async (_, code, said) => {
    const { send } = await hook(code);
    const { answer, receipt } = await send(json({}));
    expect([answer.status, answer.body]).toEqual([500, "Webhook script failed."]);
    expect(receipt).toMatchObject({ outcome: "SCRIPT_FAILED", transactionId: null });
    expect(receipt.reason).toContain(said);
  });

  it("answers 500 when it takes too long", async () => {
    await closeScriptPool();
    setScriptPool(await newTestPool({ limits: { cpuMs: 1_000 } }));
    const { send } = await hook("function after_webhook() { for (;;); }");
    const { answer, receipt } = await send(json({}));
    expect([answer.status, receipt.outcome]).toEqual([500, "SCRIPT_FAILED"]);
    expect(receipt.reason).toContain("longer than 1000 ms");
  });

  it("is not run for requests that are refused before it", async () => {
    const { send } = await hook("function after_webhook() { throw new Error('ran') }");
    const unreadable = await send({ headers: { "Content-Type": "application/json" }, body: `{"a":` });
    expect(unreadable.answer.status).toBe(400);
    expect((await send({ method: "GET" })).answer.body).toBe("Webhook found.");
    const stopped = await hook("function after_webhook() { throw new Error('ran') }", { state: "NEVER_STARTED" });
    expect((await stopped.send(json({}))).answer.status).toBe(406);
  });

  it("gives duplicates their key: it is read from what the script made", async () => {
    const settings = { duplicates: { kind: "body", path: "id", windowSeconds: 60 } };
    const code = "function after_webhook() { method_request = { id: method_request.id.split('-')[0] } }";
    const { send } = await hook(code, { settings });
    expect((await send(json({ id: "7-first" }))).receipt.outcome).toBe("ACCEPTED");
    expect((await send(json({ id: "7-second" }))).receipt.outcome).toBe("DUPLICATE");
  });

  it("begins synchronous transactions with what it made", async () => {
    const steps = [...withScript("function after_webhook() { method_request = { id: 9 } }").steps];
    const graph = { ...synchronous(steps[0]!), variables: [] };
    const { send } = await hook("", { graph });
    const { answer, input } = await send({ ...json({}), headers: { "Content-Type": "application/json" } });
    expect([answer.status, input]).toEqual([202, expect.objectContaining({ body: { id: 9 } })]);
  });
});

const synchronous = (first: Graph["steps"][number]): Omit<Graph, "variables"> => ({
  steps: [
    { ...first, settings: { ...first.settings, syncTimeoutSeconds: 1 } },
    { id: "answer", type: "sync-response", name: "answer", position: { x: 0, y: 0 }, settings: {} },
  ],
  edges: [{ from: "hook", exit: "next", to: "answer" }],
});

describe("before_webhook", { timeout: 60_000 }, () => {
  const turned = `function before_webhook() {
    if (method_request_method !== "GET") return;
    method_request_method = "POST";
    method_request = { id: method_request_parameters.id };
  }`;

  it("turns a GET into a POST, with a body made from the query", async () => {
    const { send } = await hook(turned);
    const { answer, receipt, input } = await send({ method: "GET", query: "?id=7" });
    expect([answer.status, answer.body]).toEqual([200, "Webhook accepted."]);
    expect(receipt).toMatchObject({ outcome: "ACCEPTED", method: "GET", query: "id=7" });
    expect(input).toMatchObject({ body: { id: "7" }, query: { id: "7" } });
  });

  it("turns it before after_webhook sees it, and before the cycle is asked whether it runs", async () => {
    const code = `${turned} function after_webhook() { method_request.method = method_request_method }`;
    const { send } = await hook(code);
    expect((await send({ method: "GET", query: "?id=7" })).input).toMatchObject({ body: { id: "7", method: "POST" } });
    const stopped = await hook(turned, { state: "NEVER_STARTED" });
    expect((await stopped.send({ method: "GET" })).answer.status).toBe(406);
  });

  it("answers by itself in every state of the cycle, and the answer is kept", async () => {
    const code = `function before_webhook() {
      if (!method_request_parameters.challenge) return;
      method_response = { challenge: method_request_parameters.challenge };
      method_response_status = 201;
      method_response_headers = { "x-shop": "7", "content-length": "1" };
      return false;
    }`;
    const { send } = await hook(code, { state: "NEVER_STARTED" });
    const { answer, receipt } = await send({ method: "GET", query: "?challenge=abc" });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([201, { challenge: "abc" }]);
    expect(answer.headers).toMatchObject({ "x-shop": "7", "content-type": "application/json; charset=utf-8" });
    expect(receipt).toMatchObject({ outcome: "ANSWERED", status: 201, answer: { body: `{"challenge":"abc"}` } });
    expect((await send({ method: "GET" })).answer.body).toBe("Webhook found.");
  });

  it("refuses a request by returning false without an answer", async () => {
    const { send } = await hook("function before_webhook() { return false }");
    const { answer, receipt } = await send(json({}));
    expect([answer.body, receipt.outcome]).toEqual(["Webhook accepted.", "IGNORED"]);
  });

  it("puts data in the place of a body that can't be read", async () => {
    const code = `function before_webhook() {
      if (method_request_parameters.repair) method_request = JSON.parse(method_request + '"}');
    }`;
    const { send } = await hook(code);
    const broken = { headers: { "Content-Type": "application/json" }, body: `{"id":"7` };
    expect((await send(broken)).answer.status).toBe(400);
    const { receipt, input } = await send({ ...broken, query: "?repair=1" });
    expect(receipt.outcome).toBe("ACCEPTED");
    expect(input).toMatchObject({ body: { id: "7" } });
  });

  it("can't make a method of its own", async () => {
    const { send } = await hook(`function before_webhook() { method_request_method = "DELETE" }`);
    const { answer, receipt } = await send(json({}));
    expect([answer.status, receipt.reason]).toEqual([500, expect.stringContaining("GET, HEAD and POST")]);
  });
});

describe("scripts of several accounts", { timeout: 60_000 }, () => {
  it("keep nothing that another could find", async () => {
    const first = await hook(`globalThis.kept = 1; Object.prototype.kept = 1;
      function after_webhook() { kept2 = method_request.secret; Array.prototype.map = () => ["stolen"]; }`);
    const second = await hook(`function after_webhook() {
      method_request = { found: [typeof kept, typeof kept2, ({}).kept ?? null, [1].map((n) => n + 1)[0]], account_id };
    }`);
    await first.send(json({ secret: "s3cret" }));
    const { input } = await second.send(json({}));
    expect(input).toMatchObject({
      body: { found: ["undefined", "undefined", null, 2], account_id: second.accountId },
    });
  });

  it("reach neither the process nor the network, whatever they try", async () => {
    const { send } = await hook(`function after_webhook() {
      const tries = ["process", "require", "fetch", "WebSocket", "Deno", "global", "XMLHttpRequest", "setTimeout"];
      const escaped = (() => { try { return method_request.constructor.constructor("return typeof process")() } catch (e) { return "refused" } })();
      method_request = { found: tries.filter((name) => typeof globalThis[name] !== "undefined"), escaped };
    }`);
    expect((await send(json({}))).input).toMatchObject({ body: { found: [], escaped: "undefined" } });
    expect(({} as { kept?: unknown }).kept).toBeUndefined();
  });

  it("that take all their time delay nobody else's requests", async () => {
    await closeScriptPool();
    setScriptPool(await newTestPool({ limits: { cpuMs: 1_000 } }));
    const slow = await hook("function after_webhook() { for (;;); }");
    const quick = await hook("function after_webhook() { method_request.seen = true }");
    const ended: string[] = [];
    const slowOnes = Array.from({ length: 4 }, () => slow.send(json({})).then(() => ended.push("slow")));
    const plain = await makeWebhook(door.database.pool);
    const quickOnes = Array.from({ length: 50 }, (_, index) =>
      (index % 2 === 0
        ? quick.send(json({ index }))
        : door.server.send(`/api/webhook/${plain.identifier}`, json({ index })).then((answer) => ({ answer }))
      ).then(({ answer }) => {
        ended.push("quick");
        return answer.status;
      }),
    );
    expect(new Set(await Promise.all(quickOnes))).toEqual(new Set([200]));
    await Promise.all(slowOnes);
    expect(ended.lastIndexOf("quick")).toBeLessThan(ended.lastIndexOf("slow"));
  });

  it("that are too many are answered 503, to be sent again", async () => {
    await closeScriptPool();
    setScriptPool(await newTestPool({ threads: 1, maxWaitingOfAccount: 0 }));
    const { send } = await hook("function after_webhook() {}");
    const { answer, receipt } = await send(json({}));
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, expect.any(String)]);
    expect(receipt).toMatchObject({ outcome: "NOT_STORED", reason: expect.stringContaining("was not run") });
  });
});
