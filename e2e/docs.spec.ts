import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { type Command, commands, readPage } from "@/docs/markdown";
import { Canvas } from "./canvas";
import { expect, type TestAccount, test } from "./fixtures";

/** Where curl is not installed, one of our own takes its place. */
const withCurl =
  spawnSync("curl", ["--version"]).status === 0
    ? ""
    : `curl() { '${process.execPath}' '${join(process.cwd(), "e2e/curl.mjs")}' "$@"; }; `;

type Variables = Record<string, string>;

let folder: string;
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spoke-docs-"));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a command prints; the address that the pages name stands for the server under test. */
async function run(command: string, variables: Variables, baseURL: string | undefined): Promise<string> {
  const text = command.replaceAll("http://localhost:3000", String(baseURL)).replace(/^curl /, "curl -sS ");
  const env = { ...process.env, ...variables };
  return (await promisify(execFile)("bash", ["-c", withCurl + text], { cwd: folder, env })).stdout;
}

/** A printed answer as a pattern: "…" stands for anything, and JSON may be laid out in any way. */
function asPattern({ language, code }: NonNullable<Command["answer"]>): RegExp {
  const laidOut = language === "json" ? code.replaceAll(/\s+/g, "") : code;
  const literal = laidOut.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join("[^]*?")}$`);
}

/** Compares what a command prints with what its page says. One that only reads is repeated, while a transaction is under way. */
async function check({ command, answer }: Command, variables: Variables, baseURL: string | undefined) {
  const attempt = async () => {
    const printed = (await run(command, variables, baseURL)).replaceAll("\r", "").trim();
    const compared = answer?.language === "json" ? printed.replaceAll(/\s+/g, "") : printed;
    expect(compared).toMatch(answer ? asPattern(answer) : "");
  };
  const onlyReads = !/ -[dX] /.test(command);
  await (onlyReads ? expect(attempt).toPass({ timeout: 60_000 }) : attempt());
}

/** Puts an example of the seed into the account, started; gives its id and the URL of its webhook. */
async function example(account: TestAccount, name: string) {
  const file = JSON.parse(readFileSync(`prisma/examples/${name}.json`, "utf8")) as { graph: never; name: string };
  return account.cycle(file.graph, { name: file.name });
}

async function variablesFor(account: TestAccount): Promise<Variables> {
  const lookup = await example(account, "customer-lookup");
  const order = await example(account, "order-intake");
  const { key } = await account.call<{ key: string }>("POST", "/api-keys", { name: "Docs", role: "partner-admin" });
  return {
    WEBHOOK_URL: order.webhookUrl,
    ORDER_URL: order.webhookUrl,
    LOOKUP_URL: lookup.webhookUrl,
    SPOKE_KEY: key,
    ACCOUNT_ID: account.id,
    CYCLE_ID: order.id,
  };
}

for (const name of ["getting-started", "webhooks", "synchronous-webhooks", "api"]) {
  test(`the commands of docs/guide/${name}.md print what the page says`, async ({ account, baseURL }) => {
    const variables = await variablesFor(account);
    await account.ended((await sendOrder(variables, baseURL)) as string);
    for (const command of commands(readPage(`docs/guide/${name}.md`).text)) {
      await test.step(command.command, () => check(command, variables, baseURL));
    }
  });
}

/** One transaction that has ended, for the lists. */
async function sendOrder(variables: Variables, baseURL: string | undefined) {
  const headers = await run(`curl -o body -D - "$ORDER_URL" -d '{}'`, variables, baseURL);
  return /^x-spoke-transaction-id: (\S+)/im.exec(headers)?.[1];
}

const palette = (page: Page) => page.getByRole("complementary", { name: "Step types" });
const setup = (page: Page) => page.getByRole("complementary", { name: "Step Setup" });
const step = (page: Page, name: RegExp) => page.locator("[data-step]").and(page.getByRole("button", { name }));

/** Steps 2 to 6 of the README. Gives the webhook's URL. */
async function drawFirstCycle(page: Page, account: TestAccount): Promise<string> {
  await page.goto(`/accounts/${account.id}/cycles`);
  await page.getByRole("button", { name: "New cycle" }).first().click();
  await page.getByRole("textbox", { name: "Name" }).fill("Orders");
  await page.getByRole("button", { name: "Create and open" }).click();

  await page.getByRole("button", { name: "Add a Webhook" }).click();
  const panel = setup(page);
  const url = panel.locator("code", { hasText: "/api/webhook/" }).first();
  await expect(url).toBeVisible();
  await panel.getByRole("button", { name: "Paste a sample" }).click();
  await panel.getByRole("textbox", { name: "Body of a request" }).fill('{ "order": { "id": "A-10", "total": 120.5 } }');
  await panel.getByRole("button", { name: "Make the fields" }).click();
  await expect(panel.getByText("order.total")).toBeVisible();
  const webhookUrl = (await url.textContent()) ?? "";

  await palette(page).getByRole("button", { name: "Decision" }).click();
  await panel.getByRole("button", { name: "Add a condition" }).click();
  await panel.getByText("Choose a field", { exact: true }).click();
  await page.getByRole("option", { name: /total/ }).click();
  await panel.getByRole("combobox", { name: "Condition 1: comparison" }).selectOption("is greater than");
  await panel.getByRole("textbox", { name: "Condition 1: compared with" }).fill("100");

  await palette(page).getByRole("button", { name: "Set fields" }).click();
  await panel.getByRole("button", { name: "Add field" }).click();
  await panel.getByRole("textbox", { name: "Name of field 1" }).fill("message");
  await panel.getByRole("combobox", { name: "message: comes from" }).selectOption("Text");
  await panel.getByRole("textbox", { name: "message", exact: true }).fill("Check order ");
  await panel.getByRole("button", { name: "Insert a field into message" }).click();
  await page.getByRole("option", { name: /^id/ }).click();
  await expect(page.getByRole("status").filter({ hasText: "Saved" })).toBeVisible();
  return webhookUrl;
}

test("the first cycle of the README can be drawn, run, found and broken as it says", async ({
  account,
  page,
  baseURL,
}) => {
  test.slow();
  const [order, malformed, failing, found, missing] = commands(readPage("README.md").text) as [
    Command,
    Command,
    Command,
    Command,
    Command,
  ];
  const variables: Variables = { ...(await variablesFor(account)), WEBHOOK_URL: await drawFirstCycle(page, account) };

  const bar = page.getByRole("region", { name: "Cycle", exact: true });
  await bar.getByRole("button", { name: "Start", exact: true }).click();
  await expect(bar.getByText("Running", { exact: true })).toBeVisible();
  await check(order, variables, baseURL);

  await bar.getByRole("button", { name: "Runs" }).click();
  await page
    .getByRole("list", { name: "Runs" })
    .getByRole("button", { name: /Completed/ })
    .click();
  await step(page, /^Set fields/).click();
  await expect(setup(page).getByText("Check order A-11")).toBeVisible();
  const builder = page.url();

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Webhooks" }).click();
  await page.getByRole("textbox", { name: "Webhook URL or identifier" }).fill(variables.WEBHOOK_URL ?? "");
  await expect(page.getByRole("link", { name: /Open in builder/ })).toHaveCount(1);
  await check(malformed, variables, baseURL);
  await expect(page.getByText(/Unreadable: JSON ends unexpectedly/)).toBeVisible();

  await page.goto(builder.replace(/\?.*/, ""));
  await new Canvas(page).fitted();
  await step(page, /^Set fields/).click();
  await palette(page).getByRole("button", { name: "HTTP request" }).click();
  await setup(page).getByRole("textbox", { name: /^URL/ }).fill("http://10.0.0.1/orders");
  await bar.getByRole("button", { name: "Publish v2" }).click();
  await expect(bar.getByText("v2", { exact: true })).toBeVisible();
  await check(failing, variables, baseURL);

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Transactions" }).click();
  await page.getByRole("link", { name: "Failed at HTTP request" }).click();
  await expect(page.getByText(/10\.0\.0\.1 can't be called/).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Replay" })).toBeVisible();

  await check(found, variables, baseURL);
  await check(missing, variables, baseURL);
});
