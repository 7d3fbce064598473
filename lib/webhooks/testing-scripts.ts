import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { Graph } from "@/lib/core/graph";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { closeScriptPool, setScriptPool } from "@/lib/script/scripts";
import { newTestPool, PATIENT } from "@/lib/script/testing";
import { startTestServer, type TestRequest, type TestServer } from "./test-server";
import { asynchronousGraph, makeWebhook, type WebhookWish } from "./testing";

type Settings = Graph["steps"][number]["settings"];

/** A cycle whose webhook step has this script. */
export const withScript = (script: string, settings: Settings = {}): Graph => ({
  ...asynchronousGraph,
  steps: asynchronousGraph.steps.map((step) =>
    step.id === "hook" ? { ...step, settings: { ...settings, script } } : step,
  ),
  variables: [{ name: "company", value: "Acme" }],
});

/** A POST of a value as JSON. */
export const json = (value: unknown): TestRequest => ({
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
});

/** A web process with a database and threads for scripts, for all tests of a file; `hook` makes webhooks in it. */
export function testScriptedDoor() {
  let database: TestDatabase;
  let server: TestServer;
  beforeAll(async () => {
    database = await testDatabase();
    server = await startTestServer(database);
  });
  beforeEach(async () => {
    await closeScriptPool();
    setScriptPool(await newTestPool({ limits: PATIENT }));
  });
  afterAll(async () => {
    await server.close();
    await closeScriptPool();
    await database.close();
  });

  /** A webhook whose step has this script, and what sends requests to it. */
  async function hook(script: string, wish: WebhookWish & { settings?: Settings } = {}) {
    const { settings, ...rest } = wish;
    const made = await makeWebhook(database.pool, { graph: withScript(script, settings), ...rest });
    const send = async ({ query = "", ...request }: TestRequest & { query?: string } = {}) => {
      const answer = await server.send(`/api/webhook/${made.identifier}${query}`, request);
      await server.door.recorder.flush();
      const id = answer.headers["x-spoke-request-id"] as string;
      await expect.poll(() => database.prisma.receipt.findUnique({ where: { id } })).not.toBeNull();
      const receipt = await database.prisma.receipt.findUniqueOrThrow({ where: { id } });
      const transaction =
        receipt.transactionId === null
          ? null
          : await database.prisma.transaction.findUnique({ where: { id: receipt.transactionId } });
      return { answer, receipt, transaction, input: transaction?.input };
    };
    return { ...made, send };
  }

  return {
    hook,
    get database() {
      return database;
    },
    get server() {
      return server;
    },
  };
}
