import { expect, test } from "./fixtures";
import { customerLookup, edges, field, from, graph, step, text, when } from "./graphs";

test("answers found and not found by the response that was reached", async ({ account, request }) => {
  const cycle = await account.cycle(customerLookup);
  const found = await request.post(cycle.webhookUrl, { data: { email: "ann@example.com" } });
  expect(found.status()).toBe(200);
  expect(found.headers()["content-type"]).toContain("application/json");
  expect(await found.json()).toEqual({ customer: { email: "ann@example.com", known: "yes" } });
  const missing = await request.post(cycle.webhookUrl, { data: { email: "bob@example.org" } });
  expect([missing.status(), await missing.text()]).toEqual([404, "No customer bob@example.org"]);
});

test("answers when the cycle ends without a response, fails, or takes too long", async ({ account, request }) => {
  const withBranches = graph(
    [
      step("in", "webhook", { syncTimeoutSeconds: 1 }),
      step("how", "decision", when(from("in", "body", "answer"), "equals", "yes")),
      step("reply", "sync-response", { status: 201, fields: [field("ok", text("yes"))] }),
      step("late", "decision", when(from("in", "body", "how"), "equals", "late")),
      step("wait", "delay", { amount: 3, unit: "seconds" }),
      step("bad", "decision", when(from("in", "body", "how"), "equals", "fail")),
      step("fails", "stop", { outcome: "failed", message: "The order is refused" }),
      step("late_reply", "sync-response", { status: 202, fields: [field("late", text("yes"))] }),
      step("rest", "set-fields", { fields: [field("a", text("b"))] }),
    ],
    ["in", "how:true", "reply"],
    ["how:false", "late:true", "wait", "late_reply"],
    ["late:false", "bad:true", "fails"],
    ["bad:false", "rest"],
  );
  const cycle = await account.cycle(withBranches);
  const post = (data: unknown) => request.post(cycle.webhookUrl, { data });

  const quiet = await post({ answer: "no" });
  expect(quiet.status()).toBe(200);
  expect(await quiet.json()).toEqual({ transactionId: quiet.headers()["x-spoke-transaction-id"], status: "completed" });

  const failed = await post({ answer: "no", how: "fail" });
  expect(failed.status()).toBe(500);
  expect(Object.keys(await failed.json()).sort()).toEqual(["error", "transactionId"]);

  const late = await post({ answer: "no", how: "late" });
  expect(late.status()).toBe(202);
  const { transactionId, statusUrl } = (await late.json()) as { transactionId: string; statusUrl: string };
  await account.ended(transactionId);
  const status = await request.get(statusUrl);
  expect(await status.json()).toMatchObject({
    transactionId,
    status: "completed",
    response: { status: 202, body: '{"late":"yes"}' },
  });
});

test("a second response that is reached is recorded as a warning and not sent", async ({ account, request }) => {
  const steps = [
    step("in", "webhook"),
    step("first", "sync-response", { status: 200, fields: [field("n", text("1"))] }),
    step("second", "sync-response", { status: 500, fields: [field("n", text("2"))] }),
  ];
  const cycle = await account.cycle({ ...graph(steps), edges: edges(["in", "first", "second"]) });
  const answer = await request.post(cycle.webhookUrl, { data: {} });
  expect([answer.status(), await answer.json()]).toEqual([200, { n: "1" }]);
  const transaction = await account.ended(answer.headers()["x-spoke-transaction-id"] as string);
  expect(transaction.steps.find((record) => record.stepId === "second")?.warning).toBeTruthy();
});
