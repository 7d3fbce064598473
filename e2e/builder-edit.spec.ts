import type { CycleView } from "@/lib/contracts/cycles";
import { Canvas, savedEdges } from "./canvas";
import { expect, test } from "./fixtures";
import { graph, orderIntake, step } from "./graphs";

test("undo and redo go through settings, moves and deletions one by one", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=summary");
  const name = canvas.setup.getByLabel("Name of field 1");
  await name.fill("message");
  await name.blur();
  await canvas.step("To ship").click();
  await page.keyboard.press("Delete");
  await expect(canvas.step("To ship")).toBeHidden();

  await page.keyboard.press("ControlOrMeta+z");
  await expect(canvas.step("To ship")).toBeVisible();
  await expect(canvas.edges).toHaveCount(5);
  await page.keyboard.press("ControlOrMeta+z");
  await canvas.step("Summary").click();
  await expect(name).toHaveValue("text");
  await canvas.bar.getByRole("button", { name: /^Redo: Change Fields of Summary/ }).click();
  await canvas.step("Summary").click();
  await expect(name).toHaveValue("message");
  await canvas.bar.getByRole("button", { name: /^Redo: Delete To ship/ }).click();
  await expect(canvas.step("To ship")).toBeHidden();
  await canvas.saved();
  await expect
    .poll(() => savedEdges(account, cycle.id))
    .toEqual([
      "For review -> Summary",
      "Large order? false-> Summary",
      "Large order? true-> For review",
      "Order -> Large order?",
    ]);
});

test("a deleted webhook comes back with the same URL", async ({ account, page, request }) => {
  const cycle = await account.cycle(graph([step("in", "webhook"), step("end", "stop")], ["in", "end"]));
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=in");
  await expect(canvas.setup).toContainText(cycle.webhookUrl);
  await canvas.step("in").click();
  await page.keyboard.press("Delete");
  await expect(canvas.edges).toHaveCount(0);
  const undo = page.getByRole("button", { name: "Undo", exact: true }).last();
  await undo.hover(); // as long as the pointer is over it, the message stays
  await canvas.saved();
  await undo.click();
  await canvas.step("in").click();
  await expect(canvas.setup).toContainText(cycle.webhookUrl);
  await canvas.saved();
  const { webhooks } = await account.call<CycleView>("GET", `/cycles/${cycle.id}`);
  expect(webhooks.map(({ url }) => url)).toEqual([cycle.webhookUrl]);
  expect((await request.post(cycle.webhookUrl, { data: {} })).status()).toBe(200);
});

test("steps are copied and pasted within a cycle and into another one", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const other = await account.cycle(graph([step("in", "webhook", {}, { name: "In" })]), { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  await canvas.step("Large order?").click();
  await canvas.step("For review").click({ modifiers: ["ControlOrMeta"] });
  await expect(page.getByRole("complementary", { name: "2 steps selected" })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+c");
  await page.keyboard.press("ControlOrMeta+v");
  await expect(canvas.step("Large order? 2")).toBeVisible();
  await canvas.saved();
  await expect.poll(() => savedEdges(account, cycle.id)).toContain("Large order? 2 true-> For review 2");

  await canvas.open(account, other.id);
  await canvas.step("In").click();
  await page.keyboard.press("ControlOrMeta+v");
  await expect(canvas.step("Large order?")).toBeVisible();
  await canvas.saved();
  await expect.poll(() => savedEdges(account, other.id)).toEqual(["Large order? true-> For review"]);
});

test("a pasted webhook is another one, with a URL of its own", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  await canvas.step("Order").click();
  await page.keyboard.press("ControlOrMeta+a");
  await expect(page.getByRole("complementary", { name: "5 steps selected" })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+c");
  await page.keyboard.press("ControlOrMeta+v");
  await expect(canvas.region.locator("[data-step]")).toHaveCount(10);
  await canvas.saved();
  const { webhooks } = await account.call<CycleView>("GET", `/cycles/${cycle.id}`);
  expect(webhooks).toHaveLength(2);
  expect(new Set(webhooks.map(({ url }) => url)).size).toBe(2);
});
