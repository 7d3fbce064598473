import type { CycleView } from "@/lib/contracts/cycles";
import { Canvas, savedEdges } from "./canvas";
import { expect, test } from "./fixtures";
import { orderIntake } from "./graphs";

test("a cycle is drawn with the keyboard alone", async ({ account, page }) => {
  const { id } = await account.call<CycleView>("POST", "/cycles", { name: "By keyboard" });
  const canvas = new Canvas(page);
  await canvas.open(account, id);
  const addAfter = async (type: string) => {
    await page.keyboard.press("a");
    await expect(page.getByPlaceholder("Search step types…")).toBeFocused();
    await page.keyboard.type(type);
    await canvas.takeFound(type);
    await expect(canvas.step(type)).toBeFocused();
  };
  await page.getByRole("button", { name: "Add a Webhook" }).focus();
  await page.keyboard.press("Enter");
  await expect(canvas.step("Webhook")).toBeFocused();
  await addAfter("Decision");
  await addAfter("Delay");
  await page.keyboard.press("ArrowLeft");
  await expect(canvas.step("Decision")).toBeFocused();
  await addAfter("Stop");

  await page.keyboard.press("Enter");
  await expect(canvas.setup.locator(":focus")).toBeVisible();
  await canvas.setup.getByLabel("End as").focus();
  // One letter: what is typed a second later begins another search in a list.
  await page.keyboard.type("F");
  await expect(canvas.setup.getByLabel("End as")).toHaveValue("failed");
  await page.keyboard.press("Escape");
  await expect(canvas.step("Stop")).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(canvas.step("Decision")).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(canvas.step("Webhook")).toBeFocused();
  await canvas.saved();
  await expect
    .poll(() => savedEdges(account, id))
    .toEqual(["Decision false-> Stop", "Decision true-> Delay", "Webhook -> Decision"]);
  const { draft } = await account.call<CycleView>("GET", `/cycles/${id}`);
  expect(draft.steps.find(({ type }) => type === "stop")?.settings).toMatchObject({ outcome: "failed" });
});

test("steps are connected, moved, found, arranged and deleted by keys", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=review");
  await canvas.setup.getByRole("button", { name: "Remove the edge to Summary" }).press("Enter");
  await expect(canvas.edges).toHaveCount(4);
  await canvas.setup.getByRole("combobox", { name: "Connect to" }).focus();
  await page.keyboard.type("S");
  await expect(canvas.edges).toHaveCount(5);

  await page.keyboard.press("Escape");
  await expect(canvas.step("For review")).toBeFocused();
  await page.keyboard.press("/");
  await expect(page.getByPlaceholder("Name or type…")).toBeFocused();
  await page.keyboard.type("Summ");
  await canvas.takeFound("Summary");
  await expect(canvas.step("Summary")).toBeFocused();

  const place = async () => {
    await canvas.saved();
    const { draft } = await account.call<CycleView>("GET", `/cycles/${cycle.id}`);
    return draft.steps.find((one) => one.id === "summary")?.position as { x: number; y: number };
  };
  const before = await place();
  await page.keyboard.press("Shift+ArrowDown");
  await expect.poll(async () => (await place()).y).toBeGreaterThan(before.y);
  await page.keyboard.press("l");
  await expect(canvas.bar.getByRole("button", { name: "Undo: Arrange the steps" })).toBeVisible();
  await page.keyboard.press("f");
  await page.keyboard.press("Delete");
  await expect(canvas.step("Summary")).toBeHidden();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(canvas.step("Summary")).toBeVisible();
});
