import type { CycleView } from "@/lib/contracts/cycles";
import { Canvas } from "./canvas";
import { expect } from "./fixtures";
import { customerLookup, graph, orderIntake, step } from "./graphs";
import { test } from "./stub-server";

test("a response shows the answer as it would be for the sample", async ({ account, page }) => {
  const cycle = await account.cycle(customerLookup, { start: false });
  await account.call("PUT", `/cycles/${cycle.id}/samples/lookup`, { body: '{"email":"ann@example.com"}' });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=missing");
  const answer = canvas.setup.getByRole("figure").filter({ hasText: "The answer for this sample" });
  await expect(answer).toContainText("HTTP/1.1 404");
  await expect(answer).toContainText("No customer ann@example.com");
  await canvas.setup.getByLabel("Status code").fill("410");
  await expect(answer).toContainText("HTTP/1.1 410");
  await expect(canvas.step("missing")).toContainText("Answers 410");
});

test("an HTTP request is set up with a secret that is never shown again", async ({ account, page, request, stub }) => {
  const drawn = graph([step("in", "webhook"), step("call", "http-request")], ["in", "call"]);
  const cycle = await account.cycle(drawn, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=call");
  await canvas.setup.getByLabel("Method").selectOption("POST");
  await canvas.setup.getByRole("textbox", { name: /^URL/ }).fill(`${stub.url}/invoices`);
  await canvas.setup.getByLabel("Authentication").selectOption("Bearer token");
  await canvas.setup.getByLabel("Secret").fill("top-secret-token");
  await canvas.setup.getByRole("button", { name: "Store" }).click();
  await expect(canvas.setup.getByText("Stored.", { exact: true })).toBeVisible();
  await canvas.setup.getByLabel("Tries after the first").fill("0");
  await canvas.setup.getByLabel("Then", { exact: true }).selectOption("Leave by the Error exit");
  await expect(canvas.node("call")).toContainText("Error");
  await canvas.saved();
  await page.reload();
  await expect(canvas.setup.getByText("Stored.", { exact: true })).toBeVisible();
  expect(JSON.stringify(await account.call("GET", `/cycles/${cycle.id}`))).not.toContain("top-secret-token");

  await canvas.bar.getByRole("button", { name: "Start", exact: true }).click();
  await expect(canvas.bar).toContainText("Running");
  const answer = await request.post(cycle.webhookUrl, { data: {} });
  expect((await account.ended(answer.headers()["x-spoke-transaction-id"] as string)).state).toBe("completed");
  expect(stub.headers[0]?.authorization).toBe("Bearer top-secret-token");
});

test("variables and the parallel limit belong to the cycle", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  await canvas.more("Settings and variables");
  const panel = page.getByRole("complementary", { name: "Settings and variables" });
  await panel.getByRole("button", { name: "Add variable" }).click();
  await panel.getByLabel("Name of the variable").fill("country");
  await panel.getByLabel("Value of country").fill("DK");
  await panel.getByLabel("Parallel transactions").fill("1");
  await panel.getByLabel("Parallel transactions").blur();
  await expect
    .poll(async () => {
      const { draft, parallelLimit } = await account.call<CycleView>("GET", `/cycles/${cycle.id}`);
      return [draft.variables, parallelLimit];
    })
    .toEqual([[{ name: "country", value: "DK" }], 1]);
});

test("a cycle is renamed where its name stands, and a note is written on the canvas", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  await canvas.bar.getByLabel("Name of the cycle").fill("Orders of the shop");
  await canvas.bar.getByLabel("Name of the cycle").press("Enter");
  await expect(canvas.bar.getByRole("heading", { name: "Orders of the shop" })).toBeAttached();
  await canvas.add("Note");
  await canvas.setup.getByLabel("Text").fill("Ask Ann before you change this");
  await expect(canvas.region.getByRole("button", { name: /^Note/ })).toContainText("Ask Ann before you change this");
  await expect(canvas.edges).toHaveCount(orderIntake.edges.length);
});

test("the data tab shows what a step got and gave last", async ({ account, page, request }) => {
  const cycle = await account.cycle(orderIntake);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=summary");
  await canvas.setup.getByRole("tab", { name: "Data" }).click();
  const answer = await request.post(cycle.webhookUrl, { data: { order: { id: "A-77", total: 5 } } });
  await account.ended(answer.headers()["x-spoke-transaction-id"] as string);
  await page.reload();
  await canvas.setup.getByRole("tab", { name: "Data" }).click();
  await expect(canvas.setup).toContainText('"Order A-77"');
});
