import type { CycleView } from "@/lib/contracts/cycles";
import { Canvas } from "./canvas";
import { expect, type TestAccount, test } from "./fixtures";
import { field, graph, step, text } from "./graphs";

const sample = {
  order: { id: "A-10", total: 120.5, lines: [{ sku: "LAMP-3" }] },
  customer: { email: "ann@example.com" },
};

/** A cycle whose `Set` step has one field `a`, with a pasted sample of the webhook before it. */
async function cycleWithSample(account: TestAccount) {
  const steps = [
    step("in", "webhook", {}, { name: "Order" }),
    step("set", "set-fields", { fields: [field("a", text("typed"))] }, { name: "Set" }),
  ];
  const drawn = { ...graph(steps, ["in", "set"]), variables: [{ name: "country", value: "DK" }] };
  const cycle = await account.cycle(drawn, { start: false });
  await account.call("PUT", `/cycles/${cycle.id}/samples/in`, { body: JSON.stringify(sample) });
  return cycle;
}

const savedField = async (account: TestAccount, cycleId: string) => {
  const { draft } = await account.call<CycleView>("GET", `/cycles/${cycleId}`);
  const fields = draft.steps.find(({ id }) => id === "set")?.settings.fields as { value: unknown }[] | undefined;
  return fields?.[0]?.value;
};

test("a value comes from text, a field, a variable or nowhere, with a preview of each", async ({ account, page }) => {
  const cycle = await cycleWithSample(account);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=set");
  const source = canvas.setup.getByRole("combobox", { name: "a: comes from" });
  const row = canvas.setup.getByRole("list", { name: "Fields" }).getByRole("listitem");

  await source.selectOption("Field");
  await expect(page.getByRole("combobox", { name: "Search fields" })).toBeFocused();
  await page.keyboard.type("email");
  await page.keyboard.press("Enter");
  await expect(row.getByRole("button", { name: "a: Order › customer.email" })).toBeVisible();
  await expect(row).toContainText('= In the sample: "ann@example.com"');
  await expect
    .poll(() => savedField(account, cycle.id))
    .toEqual({
      source: "step-field",
      stepId: "in",
      path: ["body", "customer", "email"],
    });

  await source.selectOption("Variable");
  await row.getByRole("combobox", { name: "a", exact: true }).selectOption("country");
  await expect(row).toContainText('"DK"');
  await expect.poll(() => savedField(account, cycle.id)).toEqual({ source: "variable", name: "country" });

  await source.selectOption("Ignore");
  await expect(row).not.toContainText("In the sample");
  await expect.poll(() => savedField(account, cycle.id)).toEqual({ source: "ignore" });

  await source.selectOption("Text");
  await row.getByRole("textbox", { name: "a", exact: true }).fill("plain");
  await expect.poll(() => savedField(account, cycle.id)).toEqual({ source: "value", text: "plain" });
});

test("a value is computed: its expression written, seen in the sample, tried, and at work", async ({
  account,
  page,
  request,
}) => {
  const cycle = await cycleWithSample(account);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=set");
  const row = canvas.setup.getByRole("list", { name: "Fields" }).getByRole("listitem");
  await canvas.setup.getByRole("combobox", { name: "a: comes from" }).selectOption("Script expression");
  const code = row.getByRole("textbox", { name: "a: expression" });
  await expect(code).toHaveText('"typed"');
  await code.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await expect(row).toContainText("Write an expression.");
  await expect(row).toContainText("steps.in.body.total * 1.25");
  await page.keyboard.type("steps.in.body.order.");
  await expect(page.getByRole("option", { name: /^total ?120\.5/ })).toBeVisible();
  await page.keyboard.type("total * 2");
  await expect(row).toContainText("= In the sample: 241");
  await expect(row.getByText("No syntax mistake found")).toBeVisible();
  await page.keyboard.type(" +");
  await expect(row.getByRole("button", { name: "Go to line 1" })).toBeVisible();
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Control+Enter");
  const trial = row.getByRole("region", { name: "Try it" }).getByRole("status");
  await expect(trial).toContainText("This becomes the value of the mapping.");
  await expect(trial).toContainText("241");
  await canvas.saved();
  await expect
    .poll(() => savedField(account, cycle.id))
    .toEqual({ source: "script", code: "steps.in.body.order.total * 2" });

  await canvas.bar.getByRole("button", { name: "Start", exact: true }).click();
  await expect(canvas.bar).toContainText("Running");
  const accepted = await request.post(cycle.webhookUrl, { data: { order: { total: 21 } } });
  const { steps } = await account.ended(accepted.headers()["x-spoke-transaction-id"] as string);
  expect(steps.find(({ stepId }) => stepId === "set")?.output).toEqual({ a: 42 });
});

test("a search that is entered before the samples have come takes what they bring", async ({ account, page }) => {
  const cycle = await cycleWithSample(account);
  const canvas = new Canvas(page);
  let letThrough = () => {};
  const gate = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  await page.route("**/samples", async (route) => {
    await gate;
    await route.continue();
  });
  await canvas.open(account, cycle.id, "?step=set");
  await canvas.setup.getByRole("combobox", { name: "a: comes from" }).selectOption("Field");
  await page.getByRole("combobox", { name: "Search fields" }).fill("email");
  await expect(page.getByText("Loading the samples…")).toBeVisible();
  await page.keyboard.press("Enter");
  letThrough();
  await expect(canvas.setup.getByRole("button", { name: "a: Order › customer.email" })).toBeVisible();
});

test("two braces open the fields inside a text", async ({ account, page }) => {
  const cycle = await cycleWithSample(account);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=set");
  const box = canvas.setup.getByRole("textbox", { name: "a", exact: true });
  await box.fill("");
  await box.pressSequentially("Order {{");
  await expect(page.getByRole("dialog", { name: "Fields of earlier steps" })).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Search fields" })).toBeFocused();
  await page.keyboard.type("order.id");
  await page.keyboard.press("Enter");
  await expect(box).toBeFocused();
  await expect(box).toHaveValue("Order {{Order › order.id}}");
  await page.keyboard.type(" despatched");
  await expect(canvas.setup).toContainText('"Order A-10 despatched"');
  await expect
    .poll(() => savedField(account, cycle.id))
    .toEqual({
      source: "value",
      text: "Order {{in.body.order.id}} despatched",
    });
});

test("the path picker is a tree that the keyboard walks", async ({ account, page }) => {
  const cycle = await cycleWithSample(account);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=set");
  await canvas.setup.getByRole("combobox", { name: "a: comes from" }).selectOption("Field");
  const chosen = page.getByRole("listbox", { name: "Fields" }).getByRole("option", { selected: true });
  await expect(page.getByRole("combobox", { name: "Search fields" })).toBeFocused();
  await expect(chosen).toContainText("whole body");
  const walk = async (key: string, reached: RegExp) => {
    await page.keyboard.press(key);
    await expect(chosen).toHaveText(reached);
  };
  await walk("ArrowDown", /^order/);
  await walk("ArrowDown", /^id"A-10"/);
  await walk("ArrowDown", /^total120\.5/);
  await walk("ArrowDown", /^lines1 item/);
  await walk("ArrowRight", /^lines/);
  await walk("ArrowDown", /^\[0\]1 field/);
  await walk("ArrowRight", /^\[0\]/);
  await walk("ArrowDown", /^sku"LAMP-3"/);
  await page.keyboard.press("Enter");
  await expect(canvas.setup.getByRole("button", { name: "a: Order › order.lines[0].sku" })).toBeVisible();
  await expect(canvas.setup).toContainText('"LAMP-3"');
});

test("a typed path that the sample lacks can be taken, and that it lacks it is said", async ({ account, page }) => {
  const cycle = await cycleWithSample(account);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=set");
  await canvas.setup.getByRole("combobox", { name: "a: comes from" }).selectOption("Field");
  await page.getByRole("combobox", { name: "Search fields" }).fill("order.discount");
  await expect(page.getByRole("listbox", { name: "Fields" }).getByRole("option", { selected: true })).toContainText(
    "not in this sample",
  );
  await page.keyboard.press("Enter");
  await expect(canvas.setup).toContainText("no value in this sample");
});

test("the preview shows the transaction that is chosen", async ({ account, page, request }) => {
  const cycle = await cycleWithSample(account);
  await account.call("POST", `/cycles/${cycle.id}/start`, {});
  const answer = await request.post(cycle.webhookUrl, { data: { order: { id: "B-77" } } });
  const id = answer.headers()["x-spoke-transaction-id"] as string;
  await account.ended(id);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=set");
  await canvas.setup.getByRole("textbox", { name: "a", exact: true }).fill("{{Order › order.id}}!");
  await canvas.setup.getByLabel("Values from").selectOption(id);
  await expect(canvas.setup).toContainText('"B-77!"');
});

test("fields are made from pasted JSON and mapped where an earlier step has them", async ({ account, page }) => {
  const cycle = await cycleWithSample(account);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=set");
  await canvas.setup.getByRole("button", { name: "Paste JSON" }).click();
  const dialog = page.getByRole("dialog", { name: "Fields from JSON" });
  await dialog.getByLabel("JSON").fill("order 10");
  await dialog.getByRole("button", { name: "Add fields" }).click();
  await expect(dialog).toContainText("This is not a JSON object.");
  await dialog.getByLabel("JSON").fill('{ "customer": { "email": "x@example.com" }, "source": "shop" }');
  await dialog.getByRole("button", { name: "Add fields" }).click();
  await expect(canvas.setup.getByRole("button", { name: "customer.email: Order › customer.email" })).toBeVisible();
  await expect(canvas.setup.getByRole("textbox", { name: "source", exact: true })).toHaveValue("shop");
});

test("conditions say in words what they come to in the sample", async ({ account, page }) => {
  const cycle = await cycleWithSample(account);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=set");
  await canvas.add("Decision");
  await canvas.setup.getByRole("button", { name: "Add a condition" }).click();
  await canvas.setup.getByRole("button", { name: "Condition 1: value: choose a field" }).click();
  await expect(page.getByRole("combobox", { name: "Search fields" })).toBeFocused();
  await page.keyboard.type("total");
  await page.keyboard.press("Enter");
  await canvas.setup.getByRole("combobox", { name: "Condition 1: comparison" }).selectOption("greater");
  await canvas.setup.getByRole("textbox", { name: "Condition 1: compared with" }).fill("100");
  await expect(canvas.setup).toContainText("With this sample the step leaves by True.");
  await canvas.setup.getByRole("textbox", { name: "Condition 1: compared with" }).fill("200");
  await expect(canvas.setup).toContainText("With this sample the step leaves by False.");
  await expect(canvas.step("Decision")).toContainText("order.total");
});
