import type { TransactionView } from "@/lib/contracts/transactions";
import { expect, test } from "./fixtures";
import { graph, step } from "./graphs";

const hooked = graph([step("order", "webhook"), step("done", "stop")], ["order", "done"]);

test("a cycle is held, drained in order, held again, and what is held is discarded", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(hooked, { parallelLimit: 1 });
  const send = async (count: number) => {
    const ids: string[] = [];
    for (let number = 0; number < count; number++) {
      const answer = await request.post(cycle.webhookUrl, { data: { number } });
      expect(answer.status()).toBe(200);
      ids.push(answer.headers()["x-spoke-transaction-id"] ?? "");
    }
    return ids;
  };
  const banner = page.getByRole("status").filter({ hasText: "is on hold" });
  const hold = async () => {
    await page.getByRole("region", { name: "Cycle" }).getByRole("button", { name: "Hold", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Hold", exact: true }).click();
    await expect(banner).toContainText(`The cycle “${cycle.name}” is on hold`);
  };
  await page.goto(`/accounts/${account.id}/cycles/${cycle.id}`);
  await hold();

  const first = await send(3);
  await expect(banner).toContainText("3 held");
  const states = (ids: string[]) =>
    Promise.all(ids.map((id) => account.call<TransactionView>("GET", `/transactions/${id}`)));
  expect((await states(first)).map(({ state }) => state)).toEqual(["queued", "queued", "queued"]);

  await banner.getByRole("button", { name: "Drain" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Drain" }).click();
  await expect(banner).toHaveCount(0);
  const drained = await Promise.all(first.map((id) => account.ended(id)));
  expect(drained.map(({ state }) => state)).toEqual(["completed", "completed", "completed"]);
  const starts = drained.map(({ startedAt }) => startedAt);
  expect(starts).toEqual([...starts].sort());

  await hold();
  const second = await send(2);
  await expect(banner).toContainText("2 held");
  await banner.getByRole("button", { name: "Discard" }).click();
  const dialog = page.getByRole("dialog", { name: "Discard 2 transactions" });
  await expect(dialog.getByRole("button", { name: "Discard 2" })).toBeDisabled();
  await dialog.getByLabel("Type “2” to confirm").fill("2");
  await dialog.getByRole("button", { name: "Discard 2" }).click();
  await expect(banner).toContainText("2 discarded");
  const discarded = await Promise.all(second.map((id) => account.ended(id)));
  expect(discarded.map(({ state }) => state)).toEqual(["discarded", "discarded"]);

  await page.goto(`/accounts/${account.id}/cycles`);
  await expect(page.getByRole("row", { name: new RegExp(cycle.name) })).toContainText("On hold, 0 held");
});

test("a cycle is held from the list of cycles", async ({ account, page }) => {
  const cycle = await account.cycle(hooked);
  await page.goto(`/accounts/${account.id}/cycles`);
  const actions = page.getByRole("button", { name: `Actions for ${cycle.name}` });
  await actions.click();
  await page.getByRole("menuitem", { name: "Hold" }).click();
  const dialog = page.getByRole("dialog", { name: `Hold “${cycle.name}”` });
  await dialog.getByRole("button", { name: "Hold", exact: true }).click();
  await expect(page.getByRole("row", { name: new RegExp(cycle.name) })).toContainText("On hold, 0 held");
  await actions.click();
  await expect(page.getByRole("menuitem", { name: "Rename" })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: "Hold" })).toHaveCount(0);
});

test("a webhook is held in its setup, its cycle says so, and the rate at which it is drained is changed", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(hooked);
  await page.goto(`/accounts/${account.id}/cycles/${cycle.id}?step=order`);
  const setup = page.getByRole("complementary", { name: "Step Setup" });
  await setup.getByRole("button", { name: "Hold", exact: true }).click();
  await page.getByRole("dialog", { name: "Hold this webhook" }).getByRole("button", { name: "Hold" }).click();
  await expect(setup.getByRole("status").filter({ hasText: "is on hold" })).toBeVisible();
  const post = async () => {
    const answer = await request.post(cycle.webhookUrl, { data: {} });
    expect(answer.status()).toBe(200);
    return answer.headers()["x-spoke-transaction-id"] ?? "";
  };
  const first = await post();
  const others = await Promise.all(Array.from({ length: 119 }, post));

  await page.goto(`/accounts/${account.id}/cycles`);
  const row = page.getByRole("row", { name: new RegExp(cycle.name) });
  await expect(row.getByTitle(/^The webhook “.+” is on hold$/)).toHaveText("Partly on hold");

  await page.goto(`/accounts/${account.id}/cycles/${cycle.id}`);
  const banner = page.getByRole("status").filter({ hasText: "is on hold" });
  await expect(banner).toContainText("120 held");
  const drain = async (perSecond: string) => {
    await banner.getByRole("button", { name: "Drain" }).click();
    await page.getByRole("dialog").getByLabel("Transactions per second").fill(perSecond);
    await page.getByRole("dialog").getByRole("button", { name: "Drain" }).click();
  };
  await drain("1");
  await expect(banner).toContainText("Draining in the order of acceptance, 1 per second.");
  expect((await account.ended(first)).state).toBe("completed");
  await drain("");
  await expect(banner).toHaveCount(0);
  for (const id of others.slice(-5)) expect((await account.ended(id)).state).toBe("completed");
});

test("requests over a webhook's limit are answered 429, and its report says which limit", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(hooked);
  await page.goto(`/accounts/${account.id}/cycles/${cycle.id}?step=order`);
  await page.getByLabel("Requests per second").fill("1");
  await page.getByRole("button", { name: "Save limits" }).click();
  await expect(page.getByRole("button", { name: "Save limits" })).toHaveCount(0);
  const post = async () => (await request.post(cycle.webhookUrl, { data: {} })).status();
  expect(await post()).toBe(200);
  // Together, and again where they took more than a second to arrive.
  await expect.poll(() => Promise.all(Array.from({ length: 5 }, post))).toContain(429);
  await page.getByRole("tab", { name: "Requests" }).click();
  await page
    .getByRole("button", { name: /^429 Over the limit/ })
    .first()
    .click();
  await expect(
    page.getByText("More than the webhook's limit of 1 request per second (1 at once).").first(),
  ).toBeVisible();
});

test("a webhook's unfinished transactions and stored bytes are limited in its setup, and its requests say which limit it was", async ({
  account,
  page,
  request,
}) => {
  const waits = graph(
    [step("order", "webhook"), step("pause", "delay", { amount: 1, unit: "hours" }), step("done", "stop")],
    ["order", "pause"],
    ["pause", "done"],
  );
  const cycle = await account.cycle(waits);
  await page.goto(`/accounts/${account.id}/cycles/${cycle.id}?step=order`);
  const setup = page.getByRole("complementary", { name: "Step Setup" });
  const [unfinished, stored] = [setup.getByLabel("Unfinished transactions"), setup.getByLabel("Stored requests (MB)")];
  const save = setup.getByRole("button", { name: "Save limits" });
  await unfinished.fill("0");
  await stored.fill("-1");
  await expect(setup.getByText("Type a whole number from 1 to 100,000, or nothing.")).toBeVisible();
  await expect(setup.getByText("Type a number of megabytes above 0, or nothing.")).toBeVisible();
  await expect(save).toBeDisabled();
  await unfinished.fill("2");
  await stored.fill("0.00001");
  await save.click();
  await expect(save).toHaveCount(0);
  const post = async () => (await request.post(cycle.webhookUrl, { data: {} })).status();
  expect([await post(), await post()]).toEqual([200, 200]);
  await expect.poll(post).toBe(429);

  await unfinished.fill("");
  await save.click();
  await expect(save).toHaveCount(0);
  // Each keeps two bytes: `{}`.
  await expect.poll(post).toBe(200);
  await expect.poll(post).toBe(429);
  await page.reload();
  await expect(stored).toHaveValue("0.00001");

  await page.getByRole("tab", { name: "Requests" }).click();
  const refused = page.getByRole("button", { name: /^429 Over the limit/ });
  const shown = page.getByRole("dialog", { name: "Request" });
  await refused.last().click();
  await expect(shown).toContainText("2 transactions of this webhook are unfinished; its limit is 2.");
  await shown.getByRole("button", { name: "Close" }).click();
  await refused.first().click();
  await expect(shown).toContainText(/The webhook keeps \d+ bytes of requests; its limit is 10\./);
});
