import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { Canvas } from "./canvas";
import { expect, test } from "./fixtures";
import { field, graph, step } from "./graphs";

const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const wcag = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] };

const webhookAndStop = graph([step("in", "webhook"), step("end", "stop")], ["in", "end"]);

/** Holds back the programs that a page loads from now on, such as the editor; gives what lets them pass. */
async function holdPrograms(page: Page): Promise<() => void> {
  let letPass = () => {};
  const passes = new Promise<void>((resolve) => {
    letPass = resolve;
  });
  await page.route("**/_next/static/chunks/**", async (route) => {
    await passes;
    await route.continue();
  });
  return letPass;
}

test("a script refuses requests: written, tried, published and at work", async ({ account, page, request }) => {
  await page.addInitScript(axe);
  const cycle = await account.cycle(webhookAndStop, { start: false });
  const body = JSON.stringify({ id: "A-10", status: "picked" });
  await account.call("PUT", `/cycles/${cycle.id}/samples/in`, { body });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=in");
  const code = canvas.setup.getByRole("textbox", { name: "Script" });
  await canvas.setup.getByRole("button", { name: "Insert", exact: true }).click();
  await page.getByRole("menuitem", { name: /^Refuse a request/ }).click();
  await expect(code).toContainText("return false");
  await expect(canvas.setup.getByText("No syntax mistake found")).toBeVisible();
  await expect(canvas.setup.getByRole("list", { name: "Functions of events" })).toHaveText("after_webhook");

  await code.press("ControlOrMeta+End");
  await page.keyboard.press("Control+Space");
  await expect(page.getByRole("option", { name: /^method_request ?object/ })).toBeVisible();
  // A list that has just opened takes no Enter yet, so that nobody takes what they did not see.
  await page.keyboard.type("method_re", { delay: 20 });
  await page.keyboard.press("Enter");
  await page.keyboard.type(".st");
  await expect(page.getByRole("option", { name: /^status/ })).toBeVisible();
  await page.keyboard.type("atu", { delay: 50 });
  await page.keyboard.press("Enter");
  await expect(code).toContainText("method_request.status");
  await page.keyboard.type(" = = 1");
  await expect(canvas.setup.getByRole("button", { name: "Go to line 4" })).toBeVisible();
  await expect(canvas.setup.locator(".cm-line", { has: page.locator(".cm-lintRange-error") })).toContainText("= = 1");
  await page.keyboard.press("Shift+Home");
  await page.keyboard.press("Delete");
  await page.keyboard.press("Control+Enter");

  const trial = canvas.setup.getByRole("region", { name: "Try it" });
  await expect(trial.getByRole("status")).toContainText("nothing begins");
  await canvas.saved();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const { violations } = await page.evaluate<AxeResults, unknown>(
    (options) => (window as unknown as { axe: { run: (o: unknown) => Promise<AxeResults> } }).axe.run(options),
    { runOnly: wcag },
  );
  expect(violations).toEqual([]);

  await canvas.bar.getByRole("button", { name: "Start", exact: true }).click();
  await expect(canvas.bar).toContainText("Running");
  const refused = await request.post(cycle.webhookUrl, { data: { id: "A-10", status: "picked" } });
  expect([refused.status(), refused.headers()["x-spoke-transaction-id"]]).toEqual([200, undefined]);
  const accepted = await request.post(cycle.webhookUrl, { data: { id: "A-10", status: "despatched" } });
  await account.ended(accepted.headers()["x-spoke-transaction-id"] as string);
  await canvas.setup.getByRole("tab", { name: "Requests" }).click();
  await expect(canvas.setup.getByRole("row").filter({ hasText: "Ignored by script" })).toHaveCount(1);
});

test("what is chosen while the editor is still being loaded is in it then", async ({ account, page }) => {
  const cycle = await account.cycle(webhookAndStop, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  const letPass = await holdPrograms(page);
  await canvas.node("in").click();
  await canvas.setup.getByRole("button", { name: "Insert", exact: true }).click();
  await page.getByRole("menuitem", { name: /^Refuse a request/ }).click();
  await expect(canvas.setup.getByRole("textbox", { name: "Script" })).toHaveCount(0);
  letPass();
  await expect(canvas.setup.getByRole("textbox", { name: "Script" })).toContainText("return false");
  await expect(canvas.setup.getByText("No syntax mistake found")).toBeVisible();
  await canvas.saved();
});

test("the editor lets the keyboard out, and its undo is its own", async ({ account, page }) => {
  const cycle = await account.cycle(webhookAndStop, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=in");
  const code = canvas.setup.getByRole("textbox", { name: "Script" });
  await code.focus();
  await page.keyboard.type("let a = 1;");
  await page.keyboard.press("Tab");
  await expect(code).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(code).not.toBeFocused();
  await code.focus();
  await expect(async () => {
    await page.keyboard.press("ControlOrMeta+z");
    await expect(code).not.toContainText("let a", { timeout: 200 });
  }).toPass();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(canvas.step("in")).toBeVisible();

  await page.keyboard.type("let b = 2;");
  await canvas.setup.getByRole("button", { name: "Open in a larger view" }).click();
  const large = page.getByRole("dialog", { name: "Script" });
  await expect(large.getByRole("textbox", { name: "Script" })).toContainText("let b = 2;");
  await expect(large.getByRole("textbox", { name: "Script" })).toBeFocused();
  await expect(async () => {
    await page.keyboard.press("ControlOrMeta+z");
    await expect(large.getByRole("textbox", { name: "Script" })).not.toContainText("let b", { timeout: 200 });
  }).toPass();
  await page.keyboard.press("Escape");
  await expect(large).toBeVisible();
  await large.getByRole("button", { name: "Close" }).click();
  await expect(large).toHaveCount(0);
});

test("a script is tried on a request that came, by keyboard alone", async ({ account, page, request }) => {
  const script = `function after_webhook() {
  log("status", method_request.status);
  method_request = { was: method_request.status };
  return "long ".repeat(200_000);
}`;
  const cycle = await account.cycle(graph([step("in", "webhook", { script }), step("end", "stop")], ["in", "end"]));
  await account.call("PUT", `/cycles/${cycle.id}/samples/in`, { body: JSON.stringify({ status: "of the sample" }) });
  await request.post(cycle.webhookUrl, { data: { status: "of the request" } });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=in");
  await canvas.setup.getByRole("textbox", { name: "Script" }).focus();
  await page.keyboard.press("Control+Enter");
  const trial = canvas.setup.getByRole("region", { name: "Try it" });
  await expect(trial.getByRole("list", { name: "Console" })).toHaveText("logstatus of the sample");
  await page.keyboard.press("Escape");
  // On by keyboard: past what stands between the editor and the choice of the data.
  const choice = trial.getByRole("radio", { name: "Sample" });
  await expect(async () => {
    await page.keyboard.press("Tab");
    expect(await choice.evaluate((element) => element === document.activeElement)).toBe(true);
  }).toPass();
  for (const name of ["Typed", "Request"]) {
    await page.keyboard.press("ArrowRight");
    await expect(trial.getByRole("radio", { name })).toBeFocused();
  }
  await page.keyboard.press("Enter");
  await expect(trial.getByRole("combobox", { name: "Request" })).toContainText("Accepted");
  await trial.getByRole("button", { name: "Run", exact: true }).press("Enter");
  await expect(trial.getByRole("list", { name: "Console" })).toHaveText("logstatus of the request");
  await expect(trial.getByRole("list", { name: "Changes" })).toContainText('"of the request"');
  await expect(trial.getByText("The first 20,000 of 1,000,002 characters.")).toBeVisible();
});

test("whoever may only look sees the code, and nothing to change or try it with", async ({ account, pageOf }) => {
  const code = "return steps.in.body;";
  const drawn = graph([step("in", "webhook"), step("calc", "script", { code })], ["in", "calc"]);
  const cycle = await account.cycle(drawn, { start: false });
  const page = await pageOf("viewer");
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=calc");
  const editor = canvas.setup.getByRole("textbox", { name: "Code" });
  await expect(editor).toHaveText(code);
  await expect(editor).toHaveAttribute("aria-readonly", "true");
  await editor.focus();
  await page.keyboard.type("x");
  await page.keyboard.press("Control+Enter");
  await expect(editor).toHaveText(code);
  await expect(canvas.setup.getByRole("button", { name: /Try it|Insert/ })).toHaveCount(0);
});

test("an expression that fails in the sample says why, in whole, and leads to its line once it is loaded", async ({
  account,
  page,
}) => {
  const drawn = graph(
    [
      step("in", "webhook"),
      step("set", "set-fields", { fields: [field("sum", { source: "script", code: "steps.in.body.order.total" })] }),
    ],
    ["in", "set"],
  );
  const cycle = await account.cycle(drawn, { start: false });
  await account.call("PUT", `/cycles/${cycle.id}/samples/in`, { body: JSON.stringify({ id: "A-10" }) });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  const letPass = await holdPrograms(page);
  await canvas.step("set").click();
  await expect(canvas.setup.getByText(/^In this sample it fails: .*total/)).toBeVisible();
  await canvas.setup.getByRole("button", { name: "Try it" }).click();
  const trial = canvas.setup.getByRole("region", { name: "Try it" });
  await trial.getByRole("button", { name: "Run", exact: true }).click();
  await expect(trial.getByText(/total/)).toHaveCount(1);
  await trial.getByRole("button", { name: "Go to line 1" }).click();
  letPass();
  await expect(canvas.setup.getByRole("textbox", { name: "sum: expression" })).toBeFocused();
});
