import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { field, graphOf } from "@/lib/core/testing";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { TestReceiver } from "@/lib/tracing/testing";
import { startTestServer, type TestServer } from "@/lib/webhooks/test-server";
import { makeWebhook } from "@/lib/webhooks/testing";
import { bundleWorker } from "./testing-bundle";

const root = fileURLToPath(new URL("..", import.meta.url));
const CALLER = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };

let database: TestDatabase;
let web: TestServer;
let receiver: TestReceiver;
let folder: string;
let outside: Server;
let url: string;
/** What came to the outside world: the step, and the header that names its span. */
const calls: { step: string; traceparent: string }[] = [];
/** The first call of `b`, which is never answered. */
let hanging: ServerResponse | undefined;
const processes: ChildProcess[] = [];

beforeAll(async () => {
  database = await testDatabase();
  web = await startTestServer(database);
  receiver = await TestReceiver.open();
  folder = await bundleWorker(root);
  outside = createServer((request, response) => {
    const step = request.url?.slice(1) ?? "";
    calls.push({ step, traceparent: String(request.headers.traceparent) });
    request.resume();
    const isFirst = step === "b" && hanging === undefined;
    if (isFirst) hanging = response;
    else response.setHeader("content-type", "application/json").end("{}");
  });
  outside.listen(0, "127.0.0.1");
  await once(outside, "listening");
  url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const child of processes) child.kill("SIGKILL");
  outside.closeAllConnections();
  outside.close();
  rmSync(folder, { recursive: true });
  await web.close();
  await receiver.close();
  await database.close();
});

function startWorker(): ChildProcess {
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    EGRESS_ALLOW: "127.0.0.1",
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_BSP_SCHEDULE_DELAY: "50",
  };
  const child = spawn(process.execPath, [join(folder, "worker.mjs")], { env, stdio: "inherit" });
  processes.push(child);
  return child;
}

const call = (id: string) => ({
  id,
  type: "http-request",
  settings: { method: "POST", url: `${url}/${id}`, body: [field("n", "1")] },
});

test("a trace survives a worker that is killed, and the last spans are sent before a worker ends", async () => {
  const graph = graphOf([{ id: "hook", type: "webhook" }, call("a"), call("b")], ["hook -> a", "a -> b"]);
  const { identifier } = await makeWebhook(database.pool, { graph });
  const headers = { "Content-Type": "application/json", traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` };
  const answer = await web.send(`/api/webhook/${identifier}`, { headers, body: "{}" });
  const transactionId = String(answer.headers["x-spoke-transaction-id"]);
  const first = startWorker();
  await expect.poll(() => hanging).toBeDefined();
  await expect.poll(() => receiver.spans.length).toBe(2);
  first.kill("SIGKILL");
  await once(first, "exit");
  await database.pool.query(`UPDATE "Worker" SET "aliveUntil" = now() - interval '1 second'`);
  const second = startWorker();
  const state = async () =>
    (await database.prisma.transaction.findFirstOrThrow({ where: { id: transactionId } })).state;
  await expect.poll(state).toBe("COMPLETED");
  second.kill("SIGTERM");
  expect(await once(second, "exit")).toEqual([0, null]);

  const { spans } = receiver;
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([CALLER.traceId]));
  const stepOf = (id: string) => spans.filter((span) => span.attributes["spoke.step.id"] === id);
  expect(["hook", "a", "b"].map((id) => stepOf(id).length)).toEqual([1, 1, 1]);
  const turn = spans.find((span) => span.name === "transaction");
  expect(turn).toMatchObject({
    parentSpanId: transactionId.replaceAll("-", "").slice(16),
    attributes: { "spoke.outcome": "completed", "spoke.claim": 2 },
    resource: { "spoke.process": "worker" },
  });
  expect(stepOf("b")[0]!.parentSpanId).toBe(turn!.spanId);
  expect(calls.map(({ step, traceparent }) => [step, traceparent.split("-")[2]])).toEqual([
    ["a", stepOf("a")[0]!.spanId],
    ["b", stepOf("b")[0]!.spanId],
    ["b", stepOf("b")[0]!.spanId],
  ]);
});
