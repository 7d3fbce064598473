import { createRequire } from "node:module";
import { Canvas, savedEdges } from "./canvas";
import { adminEmail, adminPassword, expect, test } from "./fixtures";

test.use({ storageState: { cookies: [], origins: [] }, viewport: { width: 1440, height: 900 } });

type Payload = { sender: { login: string } };
const events = createRequire(import.meta.url)("@octokit/webhooks-examples/api.github.com/index.json") as {
  name: string;
  examples: Payload[];
}[];
const payloads = events.find(({ name }) => name === "star")?.examples as Payload[];

test("a newcomer draws a cycle, POSTs to it, watches it run and finds its webhook", async ({
  account,
  page,
  request,
}) => {
  await page.goto("/");
  await page.getByLabel("E-mail").fill(adminEmail());
  await page.getByLabel("Password", { exact: true }).fill(adminPassword());
  await page.getByRole("button", { name: "Sign in" }).click();
  // Home draws so many accounts at a time, and other tests make some.
  const entry = page.getByRole("link", { name: account.name, exact: true });
  const more = page.getByRole("button", { name: "Show more" });
  await expect(entry.or(more).first()).toBeVisible();
  while (!(await entry.isVisible())) await more.click();
  await entry.click();

  await page.getByRole("button", { name: "New cycle" }).first().click();
  await page.getByRole("dialog").getByLabel("Name").fill("Stars");
  await page.getByRole("button", { name: "Create and open" }).click();
  const canvas = new Canvas(page);
  await canvas.dragIn("Webhook", { x: 150, y: 250 });
  await canvas.dragIn("Set fields", { x: 450, y: 400 });
  await canvas.connect("Webhook", "Set fields");
  await canvas.saved();
  const cycleId = new URL(page.url()).pathname.split("/").at(-1) as string;
  await expect.poll(() => savedEdges(account, cycleId)).toEqual(["Webhook -> Set fields"]);

  await canvas.step("Webhook").click();
  const url = (
    await canvas.setup
      .getByText(/\/api\/webhook\/\w{22}$/)
      .first()
      .innerText()
  ).trim();
  await canvas.setup.getByRole("button", { name: "Paste a sample" }).click();
  await canvas.setup.getByLabel("Body of a request").fill(JSON.stringify(payloads[0]));
  await canvas.setup.getByRole("button", { name: "Make the fields" }).click();
  await expect(canvas.step("Webhook")).toContainText("fields");

  await canvas.step("Set fields").click();
  await canvas.setup.getByRole("button", { name: "Add field" }).click();
  await canvas.setup.getByLabel("Name of field 1").fill("who");
  await canvas.setup.getByRole("button", { name: "who: choose a field" }).click();
  await expect(page.getByRole("combobox", { name: "Search fields" })).toBeFocused();
  await page.keyboard.type("sender.login");
  await page.keyboard.press("Enter");
  await expect(canvas.setup).toContainText(`"${payloads[0]?.sender.login}"`);
  await canvas.bar.getByRole("button", { name: "Start", exact: true }).click();
  await expect(canvas.bar).toContainText("Running");

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Transactions" }).click();
  await expect(page.getByRole("heading", { name: "No transactions yet" })).toBeVisible();
  for (const data of payloads) {
    const answer = await request.post(url, { data, headers: { "x-github-event": "star" } });
    expect([answer.status(), await answer.text()]).toEqual([200, "Webhook accepted."]);
  }
  const rows = page.getByRole("table", { name: "Transactions" }).getByRole("link", { name: "Completed" });
  await expect(rows).toHaveCount(payloads.length);
  await rows.last().click();
  await page.getByRole("button", { name: /Set fields/ }).click();
  await expect(page.getByRole("tabpanel", { name: "Output" })).toContainText(`"${payloads[0]?.sender.login}"`);

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Webhooks" }).click();
  await page.getByRole("textbox", { name: "Webhook URL or identifier" }).fill(url.slice(-22));
  const found = page.getByRole("table", { name: "Webhooks" }).getByRole("row").nth(1);
  await expect(found).toContainText(`${account.name} › Stars › Webhook`);
  await expect(found).toContainText(`${payloads.length} ok`);
  await found.getByRole("link", { name: "Open in builder: Webhook" }).click();
  await expect(canvas.step("Webhook")).toHaveAttribute("aria-pressed", "true");
  await expect(canvas.setup).toContainText(url);
});
