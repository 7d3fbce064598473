import { Canvas } from "./canvas";
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

test("answers when the cycle ends without a response, and when it fails", async ({ account, request }) => {
  const withBranches = graph(
    [
      step("in", "webhook"),
      step("bad", "decision", when(from("in", "body", "how"), "equals", "fail")),
      step("fails", "stop", { outcome: "failed", message: "The order is refused" }),
      step("how", "decision", when(from("in", "body", "how"), "equals", "answer")),
      step("reply", "sync-response", { status: 201, fields: [field("ok", text("yes"))] }),
      step("rest", "set-fields", { fields: [field("a", text("b"))] }),
    ],
    ["in", "bad:true", "fails"],
    ["bad:false", "how:true", "reply"],
    ["how:false", "rest"],
  );
  const cycle = await account.cycle(withBranches);
  const quiet = await request.post(cycle.webhookUrl, { data: { how: "end" } });
  expect(quiet.status()).toBe(200);
  expect(await quiet.json()).toEqual({ transactionId: quiet.headers()["x-spoke-transaction-id"], status: "completed" });

  const failed = await request.post(cycle.webhookUrl, { data: { how: "fail" } });
  expect(failed.status()).toBe(500);
  expect(Object.keys(await failed.json()).sort()).toEqual(["error", "transactionId"]);
});

test("answers where to ask when the response takes too long", async ({ account, request }) => {
  const late = graph(
    [
      step("in", "webhook", { syncTimeoutSeconds: 1 }),
      step("wait", "delay", { amount: 5, unit: "seconds" }),
      step("reply", "sync-response", { status: 202, fields: [field("late", text("yes"))] }),
    ],
    ["in", "wait", "reply"],
  );
  const cycle = await account.cycle(late);
  const answer = await request.post(cycle.webhookUrl, { data: {} });
  expect(answer.status()).toBe(202);
  const { transactionId, statusUrl } = (await answer.json()) as { transactionId: string; statusUrl: string };
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

test("the preview names the headers that are not sent, and the caller gets the others", async ({
  account,
  page,
  request,
}) => {
  const headers = [field("Set-Cookie", text("a=1")), field("X-Order", text("A-10"))];
  const cycle = await account.cycle(
    graph([step("in", "webhook"), step("reply", "sync-response", { headers })], ["in", "reply"]),
  );
  const answer = await request.post(cycle.webhookUrl, { data: {} });
  expect(answer.headers()).toMatchObject({ "x-order": "A-10" });
  expect(answer.headers()["set-cookie"]).toBeUndefined();

  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=reply");
  await expect(canvas.setup).toContainText("Set-Cookie: not sent");
  const preview = canvas.setup.getByRole("figure").filter({ hasText: "The answer for this sample" });
  await expect(preview).toContainText("X-Order: A-10");
  await expect(preview).not.toContainText("Set-Cookie");
});
