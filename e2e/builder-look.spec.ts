import { Canvas } from "./canvas";
import { expect, test } from "./fixtures";
import { customerLookup, graph, orderIntake, step } from "./graphs";

test("marks what is missing with the reason, and leads to the field", async ({ account, page }) => {
  const broken = graph([step("in", "webhook"), step("call", "http-request")], ["in", "call"]);
  const cycle = await account.cycle(broken, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  await expect(canvas.step("call")).toHaveAccessibleName(/Incomplete/);
  await expect(canvas.step("call")).toHaveAccessibleDescription(/URL/);
  await canvas.bar.getByRole("button", { name: "Start", exact: true }).click();
  const list = page.getByRole("complementary", { name: "Check list" });
  await expect(list).toContainText("1 to complete before this can start.");
  await list.getByRole("button", { name: /URL/ }).click();
  const url = canvas.setup.getByRole("textbox", { name: /^URL/ });
  await expect(url).toBeFocused();
  await page.keyboard.type("https://api.example.com/orders");
  await expect(canvas.step("call")).not.toHaveAccessibleName(/Incomplete/);
  await canvas.more("Check list");
  await expect(list).toContainText("Nothing is missing");
});

test("warns of a path that never reaches a response", async ({ account, page }) => {
  const edges = customerLookup.edges.filter(({ to }) => to !== "missing");
  const cycle = await account.cycle({ ...customerLookup, edges }, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  await canvas.more("Check list");
  await expect(page.getByRole("complementary", { name: "Check list" })).toContainText(/response/i);
});

test("the address selects a step, and follows the selection", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=ship");
  await expect(canvas.step("To ship")).toHaveAttribute("aria-pressed", "true");
  await expect(canvas.step("To ship")).toBeInViewport({ ratio: 0.99 });
  await expect(canvas.setup.getByLabel("Name of the step")).toHaveValue("To ship");
  await canvas.step("Summary").click();
  await expect(page).toHaveURL(/\?step=summary$/);
  await canvas.setup.getByRole("button", { name: "Close Step Setup" }).click();
  await expect(page).toHaveURL(new RegExp(`/cycles/${cycle.id}$`));
});

test("shows the whole graph when it is opened", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  for (const { name } of orderIntake.steps) await expect(canvas.step(name)).toBeInViewport({ ratio: 0.99 });
});

test.describe("at 390 px", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("the canvas is read only, with an outline that opens each step", async ({ account, page }) => {
    const cycle = await account.cycle(orderIntake, { start: false });
    const canvas = new Canvas(page);
    await canvas.open(account, cycle.id);
    await expect(canvas.palette).toBeHidden();
    const outline = page.getByRole("navigation", { name: "Steps" });
    await expect(outline.getByRole("button")).toHaveText([/Order/, /Large order/, /For review/, /To ship/, /Summary/]);
    await outline.getByRole("button", { name: /Order/ }).first().click();
    const sheet = page.getByRole("dialog", { name: "Step Setup" });
    await expect(sheet).toContainText(cycle.webhookUrl);
    await expect(sheet.getByRole("button", { name: "Paste a sample" })).toBeHidden();
    await sheet.getByRole("button", { name: "Close" }).click();
    await expect(sheet).toBeHidden();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});
