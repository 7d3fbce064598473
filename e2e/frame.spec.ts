import { randomUUID } from "node:crypto";
import { adminEmail, expect, test } from "./fixtures";
import { orderIntake } from "./graphs";

test("the account switcher finds an account and stays on the same kind of page", async ({ account, page }) => {
  const other = await account.call<{ id: string; name: string }>("POST", "/accounts", {
    name: `Other ${randomUUID().slice(0, 8)}`,
  });
  await page.goto(`/accounts/${account.id}/transactions`);
  await page.getByRole("button", { name: `Account: ${account.name}` }).click();
  await page.getByPlaceholder("Find an account").fill(other.name.slice(-6));
  await page.getByRole("option", { name: other.name }).click();
  await expect(page).toHaveURL(`/accounts/${other.id}/transactions`);
  await expect(page.getByRole("button", { name: `Account: ${other.name}` })).toBeVisible();
});

test("the command palette finds cycles, steps, transactions and webhooks", async ({ account, page, request }) => {
  const stepName = `Step ${randomUUID().slice(0, 8)}`;
  const steps = orderIntake.steps.map((one) => (one.id === "summary" ? { ...one, name: stepName } : one));
  const cycle = await account.cycle({ ...orderIntake, steps });
  const answer = await request.post(cycle.webhookUrl, { data: { order: { id: "A-1", total: 5 } } });
  const transactionId = answer.headers()["x-spoke-transaction-id"] as string;
  const identifier = cycle.view.webhooks[0]?.identifier as string;

  const jumpTo = async (typed: string, shown: string | RegExp) => {
    await page.goto("/partner/users");
    await expect(page.getByRole("table", { name: "Users" })).toBeVisible();
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox").fill(typed);
    await expect(page.getByRole("option", { name: shown })).toBeVisible();
    await page.getByRole("option", { name: shown }).click();
  };
  const builder = `/accounts/${account.id}/cycles/${cycle.id}`;
  await jumpTo(cycle.name, cycle.name);
  await expect(page).toHaveURL(builder);
  await jumpTo(stepName, stepName);
  await expect(page).toHaveURL(`${builder}?step=summary`);
  await jumpTo(transactionId, transactionId);
  await expect(page).toHaveURL(`/accounts/${account.id}/transactions/${transactionId}`);
  await jumpTo(cycle.webhookUrl, identifier);
  await expect(page).toHaveURL(`/partner/webhooks?q=${identifier}`);
});

test("the palette and the pages are reached by keys, which the help lists", async ({ account, page }) => {
  await page.goto(`/accounts/${account.id}/cycles`);
  await expect(page.getByRole("heading", { name: "Cycles", exact: true })).toBeVisible();
  // The second key counts for a second only.
  await expect(async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await expect(page.getByRole("heading", { name: "Transactions", exact: true })).toBeVisible({ timeout: 5_000 });
  }).toPass();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toContainText("Search or jump to");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("API keys");
  await expect(page.getByRole("option", { name: "API keys", selected: true })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/partner/api-keys");
});

test("a chosen theme stays, and the system's is followed until then", async ({ page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/");
  const light = await background();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(background).not.toBe(light);
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Light" }).click();
  await expect.poll(background).toBe(light);
  await page.reload();
  await expect.poll(background).toBe(light);
});

test("a list that can't be loaded says so and is tried again", async ({ page }) => {
  // One that is not tried again by itself meanwhile.
  await page.route("**/api/v1/users", (route) => route.abort());
  await page.goto("/partner/users");
  await expect(page.getByRole("alert").filter({ hasText: "Users could not be loaded" })).toBeVisible();
  await page.unroute("**/api/v1/users");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("row").filter({ hasText: adminEmail() })).toBeVisible();
});

test("a live list that can't be loaded says so while it is tried again by itself, and comes", async ({
  account,
  page,
}) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  let letThrough = () => {};
  const through = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  let isAway = true;
  await page.route("**/api/v1/cycles", (route) => (isAway ? route.abort() : through.then(() => route.continue())));
  await page.goto(`/accounts/${account.id}/cycles`);
  const alert = page.getByRole("alert").filter({ hasText: "Cycles could not be loaded" });
  await expect(alert).toBeVisible();
  isAway = false;
  await expect(alert.getByRole("button", { name: "Try again" })).toHaveAttribute("aria-busy", "true");
  letThrough();
  await expect(page.getByRole("link", { name: cycle.name })).toBeVisible();
});

test("menus are opened, moved through and left by keys", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  await page.goto(`/accounts/${account.id}/cycles`);
  await expect(page.getByRole("link", { name: cycle.name })).toBeVisible();
  const item = (name: string) => page.getByRole("menuitem", { name, exact: true });
  const press = async (key: string, name: string) => {
    await page.keyboard.press(key);
    await expect(item(name)).toBeFocused();
  };

  const actions = page.getByRole("button", { name: `Actions for ${cycle.name}` });
  await expect(async () => {
    await actions.focus();
    await page.keyboard.press("Enter");
    await expect(item("Open")).toBeFocused({ timeout: 5_000 });
  }).toPass();
  await press("ArrowDown", "Start");
  await press("ArrowUp", "Open");
  await press("ArrowUp", "Delete");
  await press("ArrowDown", "Open");
  await press("End", "Delete");
  await press("Home", "Open");
  await press("e", "Export");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toHaveCount(0);
  await expect(actions).toBeFocused();

  await press("ArrowDown", "Open");
  await press("r", "Run once");
  await press("ArrowDown", "Hold");
  await press("ArrowDown", "Rename");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("textbox")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(actions).toBeFocused();

  const user = page.getByRole("button", { name: /signed in as/ });
  await user.focus();
  await press("Space", "Change password");
  await press("s", "Sign out");
  await page.keyboard.press("Tab");
  await expect(item("Sign out")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(user).toBeFocused();
});

test("the builder's menus and pickers give the focus back", async ({ account, page }) => {
  const cycle = await account.cycle(orderIntake);
  await page.goto(`/accounts/${account.id}/cycles/${cycle.id}?step=summary`);
  const setup = page.getByRole("complementary", { name: "Step Setup" });
  const menu = page.getByRole("menu");
  const bar = page.getByRole("region", { name: "Cycle" });
  const triggers = [
    bar.getByRole("button", { name: "More", exact: true }),
    bar.getByRole("button", { name: "Runs" }),
    bar.getByRole("button", { name: "Other ways to stop" }),
    setup.getByRole("button", { name: "Actions of this step" }),
  ];
  for (const trigger of triggers) {
    const over = menu.or(page.getByRole("dialog"));
    await expect(async () => {
      await trigger.focus();
      await page.keyboard.press("Enter");
      await expect(over).toBeVisible({ timeout: 5_000 });
    }).toPass();
    await page.keyboard.press("Escape");
    await expect(over).toHaveCount(0);
    await expect(trigger).toBeFocused();
  }
  await expect(setup).toBeVisible();
});
