import { Canvas } from "./canvas";
import { expect, test } from "./fixtures";
import { orderIntake } from "./graphs";

test("viewers see everything of their account and can change nothing", async ({ account, pageOf, request }) => {
  const cycle = await account.cycle(orderIntake);
  const answer = await request.post(cycle.webhookUrl, { data: { order: { id: "A-1", total: 5 } } });
  const page = await pageOf("viewer");
  await page.goto(`/accounts/${account.id}/cycles`);
  await expect(page.getByRole("link", { name: cycle.name })).toBeVisible();
  await expect(page.getByRole("button", { name: "New cycle" })).toBeHidden();
  await page.getByRole("button", { name: `Actions for ${cycle.name}` }).click();
  await expect(page.getByRole("menuitem")).toHaveText(["Open", "Export"]);

  await page.getByRole("menuitem", { name: "Open" }).click();
  const canvas = new Canvas(page);
  await canvas.fitted();
  await canvas.step("Order").click();
  await expect(canvas.setup).toContainText(cycle.webhookUrl);
  await expect(canvas.palette).toBeHidden();
  await expect(canvas.bar.getByRole("button", { name: "Stop" })).toBeHidden();
  await canvas.step("Summary").click();
  await page.keyboard.press("Delete");
  await expect(canvas.step("Summary")).toBeVisible();

  await page.goto(`/accounts/${account.id}/transactions/${answer.headers()["x-spoke-transaction-id"]}`);
  await expect(page.getByRole("link", { name: "Show on canvas" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Replay" })).toBeHidden();
});

test("builders don't find another account, nor the partner's pages", async ({ account, pageOf }) => {
  const other = await account.call<{ id: string }>("POST", "/accounts", { name: `Other than ${account.name}` });
  const page = await pageOf("builder");
  await page.goto("/");
  await expect(page).toHaveURL(`/accounts/${account.id}/cycles`);
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link")).toHaveText([
    "Cycles",
    "Transactions",
    "Notifications",
  ]);
  const hidden = [`/accounts/${other.id}/cycles`, "/partner/accounts", "/partner/users", "/partner/api-keys"];
  for (const path of [...hidden, "/partner/webhooks"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  }
});

test("a builder draws and starts cycles in their account", async ({ account, pageOf }) => {
  const page = await pageOf("builder");
  await page.goto(`/accounts/${account.id}/cycles`);
  await page.getByRole("button", { name: "New cycle" }).first().click();
  await page.getByRole("dialog").getByLabel("Name").fill("Mine");
  await page.getByRole("button", { name: "Create and open" }).click();
  const canvas = new Canvas(page);
  await canvas.add("Webhook");
  await canvas.add("Stop");
  await canvas.saved();
  await canvas.bar.getByRole("button", { name: "Start", exact: true }).click();
  await expect(canvas.bar).toContainText("Running");
});
