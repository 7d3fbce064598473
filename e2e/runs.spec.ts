import type { APIRequestContext } from "@playwright/test";
import { Canvas } from "./canvas";
import { expect, type TestAccount, type TestCycle, test } from "./fixtures";
import { orderIntake } from "./graphs";

async function run(account: TestAccount, request: APIRequestContext, cycle: TestCycle, total: number) {
  const answer = await request.post(cycle.webhookUrl, { data: { order: { id: `A-${total}`, total } } });
  return account.ended(answer.headers()["x-spoke-transaction-id"] as string);
}

test("Runs puts a past transaction on the canvas, step by step", async ({ account, page, request }) => {
  const cycle = await account.cycle(orderIntake);
  await run(account, request, cycle, 5);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  await canvas.bar.getByRole("button", { name: "Runs" }).click();
  await page
    .getByRole("dialog", { name: "Runs" })
    .getByRole("button", { name: /Completed/ })
    .click();
  await expect(page).toHaveURL(/\?transaction=/);
  await expect(canvas.step("To ship")).toHaveAccessibleName(/Done/);
  await expect(canvas.step("For review")).toHaveAccessibleName(/Not reached/);

  const strip = page.getByRole("region", { name: "Transaction on the canvas" });
  const slider = strip.getByRole("slider", { name: "Step of the transaction" });
  await expect(slider).toHaveAttribute("aria-valuetext", "Summary, 4 of 4");
  await slider.press("Home");
  await expect(slider).toHaveAttribute("aria-valuetext", "Order, 1 of 4");
  await expect(canvas.step("Summary")).toHaveAccessibleName(/Not reached/);
  await strip.getByRole("button", { name: "Later step" }).click();
  await expect(canvas.step("Large order?")).toHaveAccessibleName(/Done/);

  await canvas.step("Order").click();
  await canvas.setup.getByRole("tab", { name: "Output" }).click();
  await expect(canvas.setup).toContainText("A-5");
  await strip.getByRole("button", { name: "Back to draft" }).click();
  await expect(canvas.palette).toBeVisible();
  await expect(canvas.step("To ship")).not.toHaveAccessibleName(/Done/);
});

test("a transaction is shown on the version it ran on", async ({ account, page, request }) => {
  const cycle = await account.cycle(orderIntake);
  const { id } = await run(account, request, cycle, 500);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=summary");
  await canvas.setup.getByLabel("Name of the step").fill("In words");
  await canvas.bar.getByRole("button", { name: "Publish v2" }).click();
  await expect(canvas.bar).toContainText("No changes");

  await page.goto(`/accounts/${account.id}/transactions/${id}`);
  await page.getByRole("link", { name: "Show on canvas" }).click();
  await expect(canvas.step("For review")).toHaveAccessibleName(/Done/);
  await expect(canvas.step("Summary")).toHaveAccessibleName(/Done/);
  await expect(canvas.step("In words")).toBeHidden();
});
