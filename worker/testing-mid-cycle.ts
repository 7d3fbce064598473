import { expect } from "vitest";
import type { Graph } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import { field, graphOf } from "@/lib/core/testing";
import { uuid7 } from "@/lib/db/ids";
import type { TestDatabase } from "@/lib/db/testing";
import { continueByRequest } from "@/lib/queue/continue";
import type { ReceiptRow } from "@/lib/queue/receipt-rows";
import type { TestCycle } from "./testing";
import { trigger } from "./testing-graphs";

/** A mid-cycle webhook that matches `body.id` of the request with `body.id` of the trigger's. */
export const hook = (settings: object = {}, id = "hook") => ({
  id,
  type: "webhook",
  settings: {
    matchIncoming: "body.id",
    matchExisting: { source: "step-field", stepId: "trigger", path: ["body", "id"] },
    ...settings,
  },
});

const noted = { id: "noted", type: "set-fields", settings: { fields: [field("status", "{{hook.body.status}}")] } };

/** Holds, then notes the status of each request. */
export const held = (settings: object = {}): Graph =>
  graphOf([trigger, hook(settings), noted], ["trigger -> hook", "hook -> noted"]);

/** The receipt of a POST with this JSON body. */
export function receiptOf({ accountId, cycleId }: TestCycle, body: Json): ReceiptRow {
  const bytes = Buffer.from(JSON.stringify(body));
  return {
    id: uuid7(),
    webhookId: null,
    identifier: "test",
    accountId,
    cycleId,
    receivedAt: Date.now(),
    method: "POST",
    query: "",
    headers: "[]",
    clientIp: "127.0.0.1",
    contentType: "application/json",
    sizeBytes: bytes.length,
    body: bytes,
    bodyCut: false,
    outcome: "ACCEPTED",
    reason: null,
    status: 200,
    durationMs: 1,
    transactionId: null,
    answer: null,
    duplicateOf: null,
  };
}

/** A request to a cycle's mid-cycle webhook, as the door stores it. */
export function request(
  db: TestDatabase,
  cycle: TestCycle,
  body: { id: string; status?: Json },
  { keepSeconds = null, stepId = "hook" }: { keepSeconds?: number | null; stepId?: string } = {},
) {
  const receipt = receiptOf(cycle, body);
  return continueByRequest(db.pool, {
    cycleId: cycle.cycleId,
    stepId,
    value: body.id,
    keepSeconds,
    input: null,
    receipt,
  });
}

/** Accepts a request and waits until its transaction is held. */
export async function hold(cycle: TestCycle, id: string): Promise<string> {
  const [transactionId] = await cycle.accept({ id });
  await expect.poll(() => cycle.state(transactionId!)).toBe("HELD");
  return transactionId!;
}

/** What a step gave at each of its visits. */
export async function given(cycle: TestCycle, transactionId: string, stepId = "noted") {
  const { steps } = await cycle.result(transactionId);
  return steps.filter((step) => step.stepId === stepId).map((step) => [step.visit, step.output]);
}
