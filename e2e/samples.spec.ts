import type { CycleView } from "@/lib/contracts/cycles";
import { Canvas } from "./canvas";
import { expect, test } from "./fixtures";
import { graph, step } from "./graphs";

const onlyWebhook = graph([step("in", "webhook"), step("end", "stop")], ["in", "end"]);

test("a pasted sample makes the fields, and what can't be read is said", async ({ account, page }) => {
  const cycle = await account.cycle(onlyWebhook, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=in");
  await canvas.setup.getByRole("button", { name: "Paste a sample" }).click();
  const body = canvas.setup.getByLabel("Body of a request");
  await body.fill('{ "order": ');
  await canvas.setup.getByRole("button", { name: "Make the fields" }).click();
  await expect(body).toHaveAccessibleDescription(/./);
  await body.fill('<order id="7"><city>Aarhus</city></order>');
  await expect(canvas.setup.getByRole("combobox", { name: "Content type" })).toHaveValue("application/xml");
  await canvas.setup.getByRole("button", { name: "Make the fields" }).click();
  await expect(canvas.setup.getByRole("definition").filter({ hasText: '"Aarhus"' })).toBeVisible();
  await expect
    .poll(async () => {
      const { draft } = await account.call<CycleView>("GET", `/cycles/${cycle.id}`);
      return draft.steps.find(({ id }) => id === "in")?.settings.fields;
    })
    .toContainEqual(expect.objectContaining({ path: "body.order.city" }));
});

test("a cycle that was never started learns its fields from the next real request", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(onlyWebhook, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=in");
  await canvas.setup.getByRole("button", { name: "Listen for a request" }).click();
  await expect(canvas.setup.getByText("Listening. Send a request to the URL.")).toBeVisible();
  const answer = await request.post(cycle.webhookUrl, { data: { customer: { email: "ann@example.com" } } });
  expect(answer.status()).toBe(406);
  await expect(canvas.setup.getByText("A request came, and its fields are here.")).toBeVisible();
  await expect(canvas.setup.getByRole("definition").filter({ hasText: '"ann@example.com"' })).toBeVisible();

  await canvas.setup.getByRole("tab", { name: "Requests" }).click();
  await canvas.setup.getByRole("button", { name: /Not active/ }).click();
  await expect(page.getByRole("dialog", { name: "Request" })).toContainText("ann@example.com");
});

test("a webhook that nobody taught shows the fields of its newest request", async ({ account, page, request }) => {
  const cycle = await account.cycle(onlyWebhook);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=in");
  await expect(canvas.setup.getByText(/^Not known yet/)).toBeVisible();
  const answer = await request.post(cycle.webhookUrl, { data: { customer: { email: "ben@example.com" } } });
  await account.ended(answer.headers()["x-spoke-transaction-id"] as string);
  await page.reload();
  await expect(canvas.setup.getByRole("definition").filter({ hasText: '"ben@example.com"' })).toBeVisible();
});

test("what is refused while a step listens is shown with its reason and explained", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(
    graph([step("in", "webhook-ip-filtered", {}, { name: "Order" }), step("end", "stop")], ["in", "end"]),
  );
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=in");
  await expect(canvas.step("Order")).toHaveAccessibleDescription(/no address is allowed/);
  await canvas.setup.getByRole("button", { name: "Listen for a request" }).click();
  await expect(canvas.setup.getByText("Listening. Send a request to the URL.")).toBeVisible();
  const data = { customer: { email: "ann@example.com" } };
  expect((await request.post(cycle.webhookUrl, { data })).status()).toBe(403);
  const refused = canvas.setup.getByRole("list", { name: "Refused requests" });
  await expect(refused).toContainText("IP not allowed");
  await refused.getByRole("button", { name: "Explain" }).click();
  const dialog = page.getByRole("dialog", { name: "Request" });
  await dialog.getByRole("button", { name: "Explain" }).click();
  await expect(dialog.getByRole("region", { name: "Explanation" })).toContainText("127.0.0.1");
  await page.keyboard.press("Escape");
  await account.call("PUT", `/cycles/${cycle.id}/steps/in/allowed-ips`, { allowedIps: "127.0.0.1\n::1" });
  await expect.poll(async () => (await request.post(cycle.webhookUrl, { data })).status()).toBe(200);
  await expect(canvas.setup.getByText("A request came, and its fields are here.")).toBeVisible();
});

test("the URL is shown with a copy button and a command to try it", async ({ account, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const cycle = await account.cycle(onlyWebhook, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=in");
  await expect(canvas.setup).toContainText(`curl`);
  // It is said for a moment only.
  await expect(async () => {
    await canvas.setup.getByTitle("Copy webhook URL").click();
    await expect(canvas.setup.getByText("Copied").first()).toBeVisible({ timeout: 1_000 });
  }).toPass();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(cycle.webhookUrl);
});
