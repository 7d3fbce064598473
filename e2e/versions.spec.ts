import { Canvas } from "./canvas";
import { expect, test } from "./fixtures";
import { orderIntake } from "./graphs";

test("publishes a version, looks at an earlier one and takes it back into the draft", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=summary");
  await expect(canvas.bar).toContainText("No changes");
  await canvas.setup.getByLabel("Name of the step").fill("In words");
  await canvas.bar.getByRole("button", { name: "Publish v2" }).click();
  await expect(canvas.bar.getByText("v2", { exact: true })).toBeVisible();
  await expect(canvas.bar).toContainText("No changes");

  await canvas.more("Versions");
  const panel = page.getByRole("complementary", { name: "Versions" });
  await expect(panel.getByRole("listitem")).toHaveCount(2);
  await expect(panel.getByRole("listitem").first()).toContainText("Version 2Published");
  await panel.getByRole("button", { name: "Look at version 1" }).click();
  await expect(page).toHaveURL(/\?version=1$/);
  await expect(canvas.step("Summary")).toBeVisible();
  await expect(canvas.palette).toBeHidden();
  const strip = page.getByRole("region", { name: "Version on the canvas" });
  await strip.getByRole("button", { name: "Back to draft" }).click();
  await expect(canvas.step("In words")).toBeVisible();

  await panel.getByRole("button", { name: "Restore version 1 into the draft" }).click();
  await expect(canvas.step("Summary")).toBeVisible();
  await expect(canvas.bar).toContainText("Draft v3");
  await canvas.saved();
  await canvas.bar.getByRole("button", { name: "Undo: Restore version 1" }).click();
  await expect(canvas.step("In words")).toBeVisible();
});

test("a cycle is started, stopped and run once from the builder", async ({ account, page, request }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const canvas = new Canvas(page);
  const post = () => request.post(cycle.webhookUrl, { data: { order: { id: "A-1", total: 5 } } });
  await canvas.open(account, cycle.id);
  await expect(canvas.bar).toContainText("Never started");
  await canvas.bar.getByRole("button", { name: "Start", exact: true }).click();
  await expect(canvas.bar).toContainText("Running");
  expect((await post()).status()).toBe(200);
  await canvas.bar.getByRole("button", { name: "Other ways to stop" }).click();
  await page.getByRole("menuitem", { name: "Finish and stop" }).click();
  await expect(canvas.bar).toContainText("Stopped");
  await canvas.bar.getByRole("button", { name: "Other ways to start" }).click();
  await page.getByRole("menuitem", { name: "Run once" }).click();
  await expect(canvas.bar).toContainText("Running once");
  await post();
  await expect(canvas.bar).toContainText("Stopped");
});

test("the draft of a stopped cycle is published by its start", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake);
  await account.call("POST", `/cycles/${cycle.id}/stop`, {});
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=summary");
  await canvas.setup.getByLabel("Name of the step").fill("In words");
  await canvas.bar.getByRole("button", { name: "Publish and start" }).click();
  await expect(canvas.bar).toContainText("Running");
  await expect(canvas.bar).toContainText("v2");
});
