import { describe, expect, it } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { asynchronousGraph } from "./testing";
import { json, testScriptedDoor, withScript } from "./testing-scripts";

const door = testScriptedDoor();
const { hook } = door;

describe("the script of a mid-cycle webhook", { timeout: 60_000 }, () => {
  /** A cycle with this script at its second webhook, and a transaction that is held there with the value 7. */
  async function middle(script: string, settings: object = {}) {
    const matched = {
      matchIncoming: "body.id",
      matchExisting: { source: "step-field", stepId: "hook", path: ["body"] },
    };
    const [first, fields] = asynchronousGraph.steps;
    const webhook = { ...first!, id: "middle", name: "middle", settings: { ...matched, ...settings, script } };
    const edges = [
      { from: "hook", exit: "next", to: "middle" },
      { from: "middle", exit: "next", to: "fields" },
    ];
    const made = await hook("", {
      graph: { steps: [first!, webhook, fields!], edges, variables: [] },
      stepId: "middle",
    });
    const id = uuid7();
    await door.database.pool.query(
      `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", state, "acceptedAt", "startedAt")
       VALUES ($1, nextval('acceptance_seq'), $2, $3, $4, 'middle', 'HELD', now(), now())`,
      [id, made.accountId, made.cycleId, made.versionId],
    );
    await door.database.pool.query(
      `INSERT INTO "ReachedWebhook" ("transactionId", "stepId", "accountId", "cycleId", seq, value, held, since)
       SELECT id, 'middle', "accountId", "cycleId", seq, '7', true, now() FROM "Transaction" WHERE id = $1`,
      [id],
    );
    return { ...made, id };
  }

  it("makes the value that is matched, and the data that the step gives", async () => {
    const { send, id } = await middle(
      "function after_webhook() { method_request = { id: method_request.ref.slice(4) } }",
    );
    const { answer, receipt } = await send(json({ ref: "ORD-7" }));
    expect([answer.status, receipt.outcome, receipt.transactionId]).toEqual([200, "ACCEPTED", id]);
    const continued = await door.database.prisma.continuation.findFirstOrThrow({ where: { transactionId: id } });
    expect(continued.input).toMatchObject({ body: { id: "7" } });
  });

  it("refuses a request, and what it would have continued is held as before", async () => {
    const { send, id } = await middle("function after_webhook() { return false }");
    const { answer, receipt } = await send(json({ id: 7 }));
    expect([answer.status, answer.body, receipt.outcome]).toEqual([200, "Webhook accepted.", "IGNORED"]);
    expect((await door.database.prisma.transaction.findUniqueOrThrow({ where: { id } })).state).toBe("HELD");
  });

  it("turns a GET into a POST that continues, and makes what is kept when it comes early", async () => {
    const code = `function before_webhook() {
      method_request_method = "POST";
      method_request = { id: method_request_parameters.id };
    }`;
    const { send, id, cycleId } = await middle(code, { keepEarlySeconds: 60 });
    expect((await send({ method: "GET", query: "?id=7" })).receipt.transactionId).toBe(id);
    expect((await send({ method: "GET", query: "?id=8" })).receipt.outcome).toBe("KEPT");
    const kept = await door.database.prisma.keptRequest.findFirstOrThrow({ where: { cycleId } });
    expect(kept).toMatchObject({ value: "8", input: { body: { id: "8" } } });
  });
});

describe("the script of a Webhook (IP Filtered)", { timeout: 60_000 }, () => {
  it("is run for the addresses on its list, and for no other", async () => {
    const graph = withScript("function before_webhook() { method_response = 'hello'; return false }");
    const steps = graph.steps.map((step) => (step.id === "hook" ? { ...step, type: "webhook-ip-filtered" } : step));
    const { send, webhookId } = await hook("", { graph: { ...graph, steps } });
    expect((await send(json({}))).receipt).toMatchObject({ outcome: "IP_NOT_ALLOWED", status: 403 });
    await door.database.prisma.webhook.update({ where: { id: webhookId }, data: { allowedIps: "127.0.0.0/8, ::1" } });
    await expect.poll(async () => (await send(json({}))).answer.body, { timeout: 15_000 }).toBe("hello");
  });
});
