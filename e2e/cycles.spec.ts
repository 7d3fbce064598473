import { readFile } from "node:fs/promises";
import type { CycleView } from "@/lib/contracts/cycles";
import { expect, test } from "./fixtures";
import { customerLookup, graph, orderIntake, step } from "./graphs";

test("begins empty, makes a cycle and renames it", async ({ account, page }) => {
  await page.goto(`/accounts/${account.id}/cycles`);
  await expect(page.getByRole("heading", { name: "No cycles yet" })).toBeVisible();
  await page.getByRole("button", { name: "New cycle" }).first().click();
  await page.getByRole("button", { name: "Create and open" }).click();
  await expect(page.getByText("Type a name")).toBeVisible();
  await page.getByRole("dialog").getByLabel("Name").fill("Order intake");
  await page.getByRole("button", { name: "Create and open" }).click();
  await expect(page.getByRole("heading", { name: "Order intake" })).toBeAttached();

  await page.goto(`/accounts/${account.id}/cycles`);
  await page.getByRole("button", { name: "Actions for Order intake" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Orders");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("link", { name: "Orders" })).toBeVisible();
});

test("copies a cycle with webhook URLs of its own", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { name: "Order intake" });
  await page.goto(`/accounts/${account.id}/cycles`);
  await page.getByRole("button", { name: "Actions for Order intake" }).click();
  await page.getByRole("menuitem", { name: "Copy" }).click();
  await expect(page.getByRole("row")).toHaveCount(3);
  await expect(page.getByRole("row").filter({ hasText: "Never started" })).toHaveCount(1);
  const { entries } = await account.call<{ entries: CycleView[] }>("GET", "/cycles");
  const copyId = entries.find(({ id }) => id !== cycle.id)?.id;
  const copy = await account.call<CycleView>("GET", `/cycles/${copyId}`);
  expect(copy.webhooks).toHaveLength(1);
  expect(copy.webhooks[0]?.identifier).not.toBe(cycle.view.webhooks[0]?.identifier);
});

test("deletes a cycle only by its name, after saying what goes with it", async ({ account, page, request }) => {
  const cycle = await account.cycle(orderIntake);
  await page.goto(`/accounts/${account.id}/cycles`);
  await page.getByRole("button", { name: `Actions for ${cycle.name}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: `Delete “${cycle.name}” and its webhook URL` });
  await expect(dialog).toContainText(`Requests to it will get 404:${cycle.webhookUrl}`);
  await expect(dialog.getByRole("button", { name: "Delete cycle" })).toBeDisabled();
  await dialog.getByRole("textbox").fill(cycle.name);
  await dialog.getByRole("button", { name: "Delete cycle" }).click();
  await expect(page.getByRole("heading", { name: "No cycles yet" })).toBeVisible();
  expect((await request.post(cycle.webhookUrl, { data: {} })).status()).toBe(404);
});

test("refuses to start with the full list, which leads to the steps", async ({ account, page }) => {
  const broken = graph(
    [step("in", "webhook"), step("call", "http-request"), step("set", "set-fields")],
    ["in", "call"],
  );
  const cycle = await account.cycle(broken, { start: false });
  await page.goto(`/accounts/${account.id}/cycles`);
  await page.getByRole("button", { name: `Actions for ${cycle.name}` }).click();
  await page.getByRole("menuitem", { name: "Start" }).click();
  const dialog = page.getByRole("dialog", { name: `“${cycle.name}” cannot start yet` });
  await expect(dialog.getByRole("listitem").filter({ hasText: "call" })).toContainText("URL");
  await expect(dialog.getByRole("link", { name: "set" }).first()).toBeVisible();
  await dialog.getByRole("link", { name: "call" }).first().click();
  await expect(page).toHaveURL(`/accounts/${account.id}/cycles/${cycle.id}?step=call`);
});

test("starts, stops, finishes and runs once from the list", async ({ account, page, request }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  await page.goto(`/accounts/${account.id}/cycles`);
  const row = page.getByRole("row").filter({ hasText: cycle.name });
  const choose = async (command: string) => {
    await row.getByRole("button", { name: `Actions for ${cycle.name}` }).click();
    await page.getByRole("menuitem", { name: command, exact: true }).click();
  };
  await expect(row).toContainText("Never started");
  await choose("Start");
  await expect(row).toContainText("Running");
  await choose("Stop");
  await expect(row).toContainText("Stopped");
  await request.post(cycle.webhookUrl, { data: { order: { id: "A-1", total: 5 } } });
  await expect(row).toContainText(/1 queued · discards in (1 d|23 h 5\d min)/);
  await choose("Start");
  await expect(row).toContainText("Running");
  await choose("Finish and stop");
  await expect(row).toContainText("Stopped");
  await choose("Run once");
  await expect(row).toContainText("Running once");
  await request.post(cycle.webhookUrl, { data: { order: { id: "A-2", total: 5 } } });
  await expect(row).toContainText("Stopped");
});

test("a cycle goes through a file and comes back the same", async ({ account, page }, testInfo) => {
  const cycle = await account.cycle(customerLookup, { name: "Customer lookup" });
  await page.goto(`/accounts/${account.id}/cycles`);
  const exportAs = async (name: string) => {
    const download = page.waitForEvent("download");
    await page
      .getByRole("row")
      .filter({ hasText: name })
      .getByRole("button", { name: /^Actions/ })
      .click();
    await page.getByRole("menuitem", { name: "Export" }).click();
    const path = testInfo.outputPath(`${name}.json`);
    await (await download).saveAs(path);
    return path;
  };
  const file = await exportAs("Customer lookup");
  await page.getByRole("button", { name: "Actions for Customer lookup" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("First one");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("link", { name: "First one" })).toBeVisible();

  await page.getByRole("button", { name: "Import" }).click();
  await page.getByLabel("File", { exact: true }).setInputFiles(file);
  await page.getByRole("dialog").getByRole("button", { name: "Import", exact: true }).click();
  await expect(page).not.toHaveURL(new RegExp(cycle.id));
  await expect(page.getByRole("heading", { name: "Customer lookup" })).toBeAttached();
  await page.goto(`/accounts/${account.id}/cycles`);
  expect(await readFile(await exportAs("Customer lookup"), "utf8")).toBe(await readFile(file, "utf8"));
});

test("says what is wrong with a file that is no cycle", async ({ account, page }) => {
  await page.goto(`/accounts/${account.id}/cycles`);
  await page.getByRole("button", { name: "Import" }).first().click();
  await page.getByLabel("Exported cycle").fill('{ "name": "x" }');
  await page.getByRole("dialog").getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByLabel("Exported cycle")).toHaveAccessibleDescription(/This is not an exported cycle/);
});

test("filters by state and name, and keeps the filters in the address", async ({ account, page }) => {
  await account.cycle(orderIntake, { name: "Order intake" });
  await account.cycle(orderIntake, { name: "Order export", start: false });
  await page.goto(`/accounts/${account.id}/cycles`);
  await page.getByRole("radio", { name: "Stopped 1" }).click();
  await expect(page.getByRole("link", { name: /^Order/ })).toHaveText(["Order export"]);
  await page.getByRole("textbox", { name: "Filter by name" }).fill("intake");
  await expect(page.getByRole("heading", { name: "No cycle matches" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Filter by name" })).toHaveValue("intake");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByRole("link", { name: /^Order/ })).toHaveCount(2);
});

test("lists 500 cycles and finds the one that is meant", async ({ account, page }) => {
  const call = await account.withKey();
  for (let tens = 0; tens < 50; tens += 1) {
    const names = Array.from({ length: 10 }, (_, one) => `Cycle ${String(tens * 10 + one).padStart(3, "0")}`);
    await Promise.all(names.map((name) => call("POST", "/cycles", { name })));
  }
  await page.goto(`/accounts/${account.id}/cycles`);
  await expect(page.getByText("100 of 500 cycles")).toBeVisible();
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(page.getByText("200 of 500 cycles")).toBeVisible();
  await page.getByRole("textbox", { name: "Filter by name" }).fill("499");
  await expect(page.getByRole("link", { name: /^Cycle \d/ })).toHaveText(["Cycle 499"]);
});
