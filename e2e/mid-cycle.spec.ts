import { expect, test } from "./fixtures";
import { field, from, graph, step, text, when } from "./graphs";

const order = graph(
  [
    step("order", "webhook", {}, { name: "Order" }),
    step(
      "status",
      "webhook",
      { matchIncoming: "body.id", matchExisting: from("order", "body", "id") },
      { name: "Status" },
    ),
    step("despatched", "decision", when(from("status", "body", "status"), "equals", "Despatched"), {
      name: "Despatched",
    }),
    step("mail", "set-fields", { fields: [field("text", text("On its way"))] }, { name: "Mail" }),
  ],
  ["order", "status", "despatched:true", "mail"],
);

test("an order is notified four times and goes on when it is despatched", async ({ account, page, request }) => {
  const cycle = await account.cycle(order);
  const urlOf = (stepId: string) => cycle.view.webhooks.find((webhook) => webhook.stepId === stepId)?.url ?? "";
  const begun = await request.post(urlOf("order"), { data: { id: "A-10" } });
  const id = begun.headers()["x-spoke-transaction-id"] ?? "";

  await page.goto(`/accounts/${account.id}/cycles/${cycle.id}/held/status`);
  const held = page.getByRole("table", { name: "Held transactions" });
  await expect(held.getByText("A-10", { exact: true })).toBeVisible();

  const looked = async () => {
    const { steps } = await account.ended(id);
    return steps.flatMap(({ stepId, exit }) => (stepId === "despatched" ? [exit] : []));
  };
  for (const [index, status] of ["Received", "Picked", "Packed", "Despatched"].entries()) {
    const answer = await request.post(urlOf("status"), { data: { id: "A-10", status } });
    expect([answer.status(), await answer.text()]).toEqual([200, "Webhook accepted."]);
    expect(answer.headers()["x-spoke-transaction-id"]).toBe(id);
    await expect.poll(looked).toHaveLength(index + 1);
  }
  expect(await looked()).toEqual(["false", "false", "false", "true"]);

  await page.goto(`/accounts/${account.id}/transactions/${id}`);
  const steps = page.getByRole("region", { name: "Steps" });
  await expect(steps.getByText(/^Continuation \d$/)).toHaveText([
    "Continuation 1",
    "Continuation 2",
    "Continuation 3",
    "Continuation 4",
  ]);
  await expect(steps.getByRole("button", { name: /Mail/ })).toHaveCount(1);
});

test("a held transaction is continued by hand with typed data", async ({ account, page, request }) => {
  const cycle = await account.cycle(order);
  await request.post(cycle.view.webhooks.find(({ stepId }) => stepId === "order")?.url ?? "", { data: { id: "B-1" } });
  await page.goto(`/accounts/${account.id}/cycles/${cycle.id}/held/status`);
  await page.getByRole("button", { name: "Continue" }).click();
  const dialog = page.getByRole("dialog", { name: "Continue by hand" });
  await dialog.getByLabel("Data").fill('{"body":{"status":"Despatched"},"query":{},"headers":{}}');
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "No transaction is held here" })).toBeVisible();
});

test("a held transaction is cancelled from the second page of the list, and no request continues it", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(order);
  const urlOf = (stepId: string) => cycle.view.webhooks.find((webhook) => webhook.stepId === stepId)?.url ?? "";
  await request.post(urlOf("order"), { data: { id: "oldest" } });
  await Promise.all(Array.from({ length: 50 }, (_, n) => request.post(urlOf("order"), { data: { id: `C-${n}` } })));
  const countHeld = async () =>
    (await account.call<{ steps: { count: number }[] }>("GET", `/cycles/${cycle.id}/held`)).steps[0]?.count;
  await expect.poll(countHeld).toBe(51);
  await page.goto(`/accounts/${account.id}/cycles/${cycle.id}/held/status`);
  await page.getByRole("button", { name: "Show more" }).click();
  const row = page.getByRole("row").filter({ hasText: "oldest" });
  await row.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel transaction" }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByRole("cell", { name: "C-0", exact: true })).toBeVisible();
  const late = await request.post(urlOf("status"), { data: { id: "oldest", status: "Despatched" } });
  expect([late.status(), await late.text()]).toEqual([200, "Webhook accepted."]);
  expect(late.headers()).not.toHaveProperty("x-spoke-transaction-id");
});

test("a cycle whose mid-cycle webhook has no mapping is refused with the reason on the step", async ({ account }) => {
  const bare = { ...order, steps: order.steps.map((one) => (one.id === "status" ? { ...one, settings: {} } : one)) };
  const cycle = await account.cycle(bare, { start: false });
  const refused = await account.fetch("POST", `/cycles/${cycle.id}/start`, {});
  expect(refused.status()).toBe(422);
  expect(JSON.stringify(await refused.json())).toContain("Status has no property of the request");
});
