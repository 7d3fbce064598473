import type { Route } from "@playwright/test";
import type { CycleView } from "@/lib/contracts/cycles";
import { Canvas } from "./canvas";
import { expect, type TestAccount, test } from "./fixtures";
import { orderIntake } from "./graphs";

const nameOfStep = async (account: TestAccount, cycleId: string, stepId: string) => {
  const { draft } = await account.call<CycleView>("GET", `/cycles/${cycleId}`);
  return draft.steps.find((one) => one.id === stepId)?.name;
};

/** Renames a step as another editor would, who has the same draft open. */
async function renameElsewhere(account: TestAccount, cycleId: string, stepId: string, name: string) {
  const { draft, draftRevision } = await account.call<CycleView>("GET", `/cycles/${cycleId}`);
  const steps = draft.steps.map((one) => (one.id === stepId ? { ...one, name } : one));
  await account.call("PUT", `/cycles/${cycleId}/draft`, { revision: draftRevision, graph: { ...draft, steps } });
}

test("saves as one types, and says so", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=summary");
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/draft", (route) => held.then(() => route.continue()));
  const status = canvas.bar.getByRole("status");
  await expect(status).toHaveText("Saved");
  await canvas.setup.getByLabel("Name of the step").fill("In words");
  await expect(status).toHaveText("Saving");
  release();
  await expect(status).toHaveText("Saved");
  await expect.poll(() => nameOfStep(account, cycle.id, "summary")).toBe("In words");
  await page.reload();
  await expect(canvas.step("In words")).toBeVisible();
});

test("says when a save fails, keeps what was typed and tries again by itself", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=summary");
  await page.route("**/draft", (route) => route.abort());
  await canvas.setup.getByLabel("Name of the step").fill("Typed offline");
  await expect(canvas.bar.getByRole("status")).toContainText("Not saved");
  await expect(canvas.bar.getByRole("button", { name: "Retry" })).toBeVisible();
  await page.unroute("**/draft");
  await canvas.saved();
  await expect.poll(() => nameOfStep(account, cycle.id, "summary")).toBe("Typed offline");
});

test("what could not be saved is still there when one comes back", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=summary");
  await page.route("**/draft", (route) => route.abort());
  await canvas.setup.getByLabel("Name of the step").fill("Typed offline");
  await expect(canvas.bar.getByRole("status")).toContainText("Not saved");
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto("about:blank");
  await page.unroute("**/draft");
  await canvas.open(account, cycle.id);
  await expect(canvas.step("Typed offline")).toBeVisible();
  await canvas.saved();
  await expect.poll(() => nameOfStep(account, cycle.id, "summary")).toBe("Typed offline");
});

test.describe("two editors of one draft", () => {
  /** Renames `summary` here while someone else renames a step, so that the save here comes second. */
  async function conflict(canvas: Canvas, account: TestAccount, stepId: string) {
    const cycle = await account.cycle(orderIntake, { start: false });
    await canvas.open(account, cycle.id, "?step=summary");
    await canvas.saved();
    const renameFirst = (route: Route) =>
      renameElsewhere(account, cycle.id, stepId, "Theirs").then(() => route.continue());
    await canvas.page.route("**/draft", renameFirst, { times: 1 });
    await canvas.setup.getByLabel("Name of the step").fill("Mine");
    await expect(canvas.bar.getByRole("status")).toContainText("Not saved");
    return cycle;
  }

  test("the second save is refused with what each changed, and both are merged", async ({ account, page }) => {
    const canvas = new Canvas(page);
    const cycle = await conflict(canvas, account, "review");
    const panel = page.getByRole("complementary", { name: "Changed by someone else" });
    await expect(panel.getByRole("region", { name: /^What .* changed$/ }).first()).toContainText(
      "Theirs changed: name",
    );
    await expect(panel.getByRole("region", { name: "What you changed" })).toContainText("Mine changed: name");
    await expect.poll(() => nameOfStep(account, cycle.id, "summary")).toBe("Summary");
    await panel.getByRole("button", { name: "Merge both" }).click();
    await canvas.saved();
    await expect.poll(() => nameOfStep(account, cycle.id, "summary")).toBe("Mine");
    await expect.poll(() => nameOfStep(account, cycle.id, "review")).toBe("Theirs");
    await expect(canvas.step("Theirs")).toBeVisible();
  });

  test("who changed the same thing chooses; undo brings the other one back", async ({ account, page }) => {
    const canvas = new Canvas(page);
    const cycle = await conflict(canvas, account, "summary");
    await expect(page.getByText("Both of you changed")).toBeVisible();
    await expect(page.getByRole("button", { name: "Merge both" })).toBeHidden();
    await page.getByRole("button", { name: "Take theirs" }).click();
    await canvas.saved();
    await expect(canvas.step("Theirs")).toBeVisible();
    await canvas.bar.getByRole("button", { name: /^Undo/ }).click();
    await expect(canvas.step("Mine")).toBeVisible();
    await canvas.saved();
    await expect.poll(() => nameOfStep(account, cycle.id, "summary")).toBe("Mine");
  });
});
