import { expect, test } from "./fixtures";
import { orderIntake } from "./graphs";

const order = { order: { id: "A-10", total: 120.5 } };

test("answers every state of a cycle as documented", async ({ account, request, baseURL }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const post = async () => {
    const answer = await request.post(cycle.webhookUrl, { data: order });
    expect(answer.headers()["x-spoke-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers()["content-type"]).toBe("text/plain; charset=utf-8");
    return [answer.status(), await answer.text()];
  };
  const accepted = [200, "Webhook accepted."];

  expect(await post()).toEqual([406, "Please make sure your webhook is active."]);
  await account.call("POST", `/cycles/${cycle.id}/start`, {});
  expect(await post()).toEqual(accepted);
  await account.call("POST", `/cycles/${cycle.id}/stop`, {});
  expect(await post()).toEqual(accepted);

  const found = await request.get(cycle.webhookUrl);
  expect([found.status(), await found.text()]).toEqual([200, "Webhook found."]);
  const head = await request.head(cycle.webhookUrl);
  expect([head.status(), await head.text()]).toEqual([200, ""]);
  const put = await request.put(cycle.webhookUrl, { data: order });
  expect([put.status(), await put.text()]).toEqual([405, "Method not allowed. Send a POST request."]);
  expect(put.headers().allow).toBe("GET, HEAD, POST");
  const unknown = await request.post(`${baseURL}/api/webhook/0000000000000000000000`, { data: order });
  expect([unknown.status(), await unknown.text()]).toEqual([404, "Webhook not found."]);
  const unreadable = await request.post(cycle.webhookUrl, {
    data: Buffer.from("{"),
    headers: { "content-type": "application/json" },
  });
  expect(unreadable.status()).toBe(400);
  expect(await unreadable.text()).toMatch(/^Webhook body could not be read: /);
  const large = await request.post(cycle.webhookUrl, { data: Buffer.alloc(10 * 1024 * 1024 + 1, 32) });
  expect([large.status(), await large.text()]).toEqual([
    413,
    "Webhook payload is too large. The limit is 10485760 bytes.",
  ]);
});

test("runs what was queued while the cycle was stopped, once it is started again", async ({ account, request }) => {
  const cycle = await account.cycle(orderIntake);
  await account.call("POST", `/cycles/${cycle.id}/stop`, {});
  const answer = await request.post(cycle.webhookUrl, { data: order });
  const id = answer.headers()["x-spoke-transaction-id"] as string;
  expect(await account.call("GET", `/transactions/${id}`)).toMatchObject({ state: "queued" });
  await account.call("POST", `/cycles/${cycle.id}/start`, {});
  const transaction = await account.ended(id);
  expect(transaction.state).toBe("completed");
  expect(transaction.steps.map((record) => record.stepName)).toEqual([
    "Order",
    "Large order?",
    "For review",
    "Summary",
  ]);
  expect(transaction.steps.at(-1)?.output).toEqual({ text: "Order A-10" });
});

test("keeps accepting while a new version is published", async ({ account, request }) => {
  const cycle = await account.cycle(orderIntake);
  const answers: Promise<number>[] = [];
  for (let round = 0; round < 5; round += 1) {
    for (let n = 0; n < 10; n += 1)
      answers.push(request.post(cycle.webhookUrl, { data: order }).then((answer) => answer.status()));
    const { draftRevision, draft } = await account.call<typeof cycle.view>("GET", `/cycles/${cycle.id}`);
    const steps = draft.steps.map((one) => ({ ...one, note: `round ${round}` }));
    await account.call("PUT", `/cycles/${cycle.id}/draft`, { revision: draftRevision, graph: { ...draft, steps } });
    await account.call("POST", `/cycles/${cycle.id}/publish`, {});
  }
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
});
