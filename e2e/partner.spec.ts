import { randomUUID } from "node:crypto";
import { expect, test } from "./fixtures";
import { orderIntake } from "./graphs";

test("an API key is shown once, works, and is revoked", async ({ account, page, playwright, baseURL }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const name = `ERP ${randomUUID().slice(0, 8)}`;
  await page.goto("/partner/api-keys");
  await page.getByRole("button", { name: "New API key" }).first().click();
  const form = page.getByRole("dialog", { name: "New API key" });
  await form.getByLabel("Name").fill(name);
  await form.getByRole("radio", { name: /^Viewer/ }).click();
  await form.getByLabel("Account", { exact: true }).selectOption(account.name);
  await form.getByRole("button", { name: "Create key" }).click();
  const shown = page.getByRole("dialog", { name: `API key “${name}”` });
  await expect(shown).toContainText("It is not shown again.");
  const [, key] = /Bearer (\S+)'/.exec(await shown.innerText()) ?? [];
  await shown.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(key as string)).toBeHidden();

  const api = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { authorization: `Bearer ${key}` } });
  expect(await (await api.get("/api/v1/cycles")).json()).toMatchObject({ entries: [{ id: cycle.id }] });
  expect((await api.post("/api/v1/cycles", { data: { name: "No" } })).status()).toBe(403);
  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await page
    .getByRole("dialog", { name: `Revoke “${name}”` })
    .getByRole("button", { name: "Revoke key" })
    .click();
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("Revoked");
  expect((await api.get("/api/v1/cycles")).status()).toBe(401);
  await api.dispose();
});

test("a user is made, changed, given a password and shut out", async ({ account, page }) => {
  const name = `User ${randomUUID().slice(0, 8)}`;
  const email = `${randomUUID()}@example.com`;
  await page.goto("/partner/users");
  await page.getByRole("button", { name: "New user" }).click();
  const form = page.getByRole("dialog", { name: "New user" });
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("E-mail").fill(email);
  await form.getByLabel("First password").fill("short");
  await form.getByRole("button", { name: "Create user" }).click();
  await expect(form.getByLabel("First password")).toHaveAccessibleDescription(/Use 10 characters or more/);
  await form.getByLabel("First password").fill("a password of ten or more");
  await form.getByRole("checkbox", { name: account.name }).check();
  await form.getByRole("button", { name: "Create user" }).click();
  const row = page.getByRole("row").filter({ hasText: email });
  await expect(row).toContainText(account.name);
  await expect(row).toContainText("Builder");

  const choose = async (command: string) => {
    await page.getByRole("button", { name: `Actions for ${name}` }).click();
    await page.getByRole("menuitem", { name: command, exact: true }).click();
  };
  await choose("Edit");
  await page
    .getByRole("dialog")
    .getByRole("radio", { name: /^Viewer/ })
    .click();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Viewer");
  await choose("Set password");
  await page.getByRole("dialog").getByLabel("New password").fill("another good password");
  await page.getByRole("dialog").getByRole("button", { name: "Set password" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await choose("Disable");
  await page.getByRole("dialog").getByRole("button", { name: "Disable user" }).click();
  await expect(row).toContainText("Disabled");
});

test("an account is made, limited and entered", async ({ page }) => {
  const name = `Made ${randomUUID().slice(0, 8)}`;
  await page.goto("/partner/accounts");
  await page.getByRole("button", { name: "New account" }).first().click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.getByRole("dialog").getByRole("button", { name: "Create account" }).click();
  await page.getByRole("textbox", { name: "Filter by name" }).fill(name);
  const row = page.getByRole("row").filter({ hasText: name });
  await row.getByRole("button", { name: `Edit ${name}` }).click();
  await page.getByRole("dialog").getByLabel("Parallel limit").fill("7");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(row.getByRole("cell", { name: "7", exact: true })).toBeVisible();
  await page.getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { name: "No cycles yet" })).toBeVisible();
});

test("an account keeps its transactions as long as its dialog says", async ({ account, page }) => {
  await page.goto("/partner/accounts");
  await page.getByRole("textbox", { name: "Filter by name" }).fill(account.name);
  const dialog = page.getByRole("dialog");
  const edit = page.getByRole("button", { name: `Edit ${account.name}` });
  await edit.click();
  await expect(dialog.getByLabel("Keep failed transactions")).toHaveValue("31");
  await dialog.getByLabel("Keep completed transactions").fill("32");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText("Type a whole number of days from 0 to 31.");
  await dialog.getByLabel("Keep completed transactions").fill("3");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await edit.click();
  await expect(dialog.getByLabel("Keep completed transactions")).toHaveValue("3");
  await expect(dialog.getByLabel("Keep failed transactions")).toHaveValue("31");
});

test("home puts accounts with failures first", async ({ account, page, request }) => {
  const failing = {
    ...orderIntake,
    steps: orderIntake.steps.map((one) =>
      one.id === "summary" ? { ...one, type: "stop", settings: { outcome: "failed", message: "No" } } : one,
    ),
  };
  const cycle = await account.cycle(failing);
  const row = page.getByRole("table", { name: "Accounts" }).getByRole("row").filter({ hasText: account.name });
  // What fails just before midnight is not of today any more: then another one does.
  await expect(async () => {
    const answer = await request.post(cycle.webhookUrl, { data: { order: { total: 1 } } });
    await account.ended(answer.headers()["x-spoke-transaction-id"] as string);
    await page.goto("/");
    await expect(row).toContainText("1 running");
    await expect(row).toContainText("1 failing", { timeout: 5_000 });
  }).toPass();
});
