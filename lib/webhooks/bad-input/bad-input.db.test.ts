import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { UNKNOWN_WEBHOOK_ID } from "@/lib/queue/receipts";
import { outcomeOf } from "@/lib/services/receipts/outcome";
import { toStepData } from "../step-data";
import { startTestServer, type TestServer } from "../test-server";
import { makeWebhook } from "../testing";
import { type BadInput, type Expected, LIMIT_BYTES } from "./bad-input";
import { type Caller, openCaller, type RawAnswer } from "./caller";
import { answerTable, groups } from "./table";

let database: TestDatabase;
let patient: TestServer;
let impatient: TestServer;

beforeAll(async () => {
  database = await testDatabase();
  const settings = { WEBHOOK_MAX_BYTES: LIMIT_BYTES };
  const timeouts = { headersMs: 1_000, requestMs: 2_000, checkEveryMs: 50 };
  patient = await startTestServer(database, { settings });
  impatient = await startTestServer(database, { settings, timeouts });
});
afterAll(async () => {
  await Promise.all([patient.close(), impatient.close()]);
  await database.close();
});

const proceed: Record<NonNullable<BadInput["next"]>, (caller: Caller, web: TestServer) => unknown> = {
  listen: () => {},
  end: (caller) => caller.end(),
  async "hang-up"(caller, web) {
    await expect.poll(() => web.door.bodyBudget.heldBytes).toBeGreaterThan(0);
    caller.hangUp();
  },
  trickle: (caller) => caller.trickle(),
};

/** How many requests without a webhook were counted with an outcome and got no receipt. */
async function countOf(web: TestServer, { receipt }: Expected): Promise<number> {
  await web.door.recorder.flush();
  const rows = await database.prisma.receiptCount.findMany({
    where: { webhookId: UNKNOWN_WEBHOOK_ID, outcome: outcomeOf(receipt) },
  });
  return rows.reduce((sum, { unrecorded }) => sum + unrecorded, 0);
}

/** The receipt of an answer, or the one of a caller who got none. */
const receiptOf = (webhookId: string, requestId: string | undefined) =>
  database.prisma.receipt.findFirst({
    where: requestId === undefined ? { webhookId, status: null } : { id: requestId },
  });

async function expectReceipt({ receipt, status, reason, data }: Expected, webhookId: string, answer?: RawAnswer) {
  const requestId = answer?.headers.get("x-spoke-request-id");
  await expect.poll(() => receiptOf(webhookId, requestId)).not.toBeNull();
  const row = await receiptOf(webhookId, requestId);
  expect(row).toMatchObject({
    outcome: outcomeOf(receipt),
    status,
    webhookId: receipt === "not-found" ? null : webhookId,
  });
  if (reason !== undefined) expect(row!.reason).toBe(reason);
  if (data !== undefined) {
    expect(toStepData({ ...row!, headers: [], body: Buffer.from(row!.body ?? "") }).body).toEqual(data);
  }
}

describe.each(groups)("$title", ({ title, inputs }) => {
  it.each(inputs)("$input", async ({ send, next = "listen", answers, head }) => {
    const web = title === "Slow callers" ? impatient : patient;
    const { identifier, webhookId } = await makeWebhook(database.pool);
    const counted = answers.filter(({ isOnlyCounted }) => isOnlyCounted);
    const counts = await Promise.all(counted.map((expected) => countOf(web, expected)));
    const caller = openCaller(web.port, head);
    caller.send(...send(identifier));
    await proceed[next](caller, web);

    const answered = answers.filter(({ status }) => status !== null);
    await expect.poll(() => caller.answers().length).toBe(answered.length);
    expect(caller.answers().map(({ status, body }) => ({ status, body }))).toEqual(
      answered.map(({ status, body }) => ({ status, body: head ? "" : body })),
    );
    for (const [at, expected] of answers.entries()) {
      if (!expected.isOnlyCounted) await expectReceipt(expected, webhookId, caller.answers()[at]);
    }
    for (const [at, expected] of counted.entries()) {
      await expect.poll(() => countOf(web, expected)).toBe(counts[at]! + 1);
    }
    const found = async () => (await web.send(`/api/webhook/${identifier}`, { method: "GET" })).body;
    await expect.poll(found).toBe("Webhook found.");
    caller.hangUp();
  });
});

it("is in the documentation as it is tested", () => {
  expect(readFileSync("docs/reliability.md", "utf8")).toContain(answerTable());
});
