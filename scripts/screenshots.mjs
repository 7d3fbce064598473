import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "./chromium.mjs";
import { webhookScreens } from "./screenshots/webhook-screens.mjs";
import { makeWebhooks } from "./screenshots/webhooks.mjs";
import { Api, changeAsSomebodyElse, makeWorld, sendSteadily, startErp, until } from "./screenshots/world.mjs";
import { freePort } from "./setup/port.mjs";
import { root } from "./setup/root.mjs";

/**
 * Takes the pictures of the documentation: starts Spoke with its examples and data of its own, sends a few requests to
 * them, and writes docs/images/*.png. `--all <folder>` takes every screen, light and dark, wide and narrow, instead;
 * `--only <name,name>` takes these alone.
 */
const all = process.argv.indexOf("--all");
const only = process.argv.indexOf("--only");
const wanted = only > 0 ? (process.argv[only + 1] ?? "").split(",") : undefined;
const folder = all > 0 ? (process.argv[all + 1] ?? "screens") : join(root, "docs/images");
const email = "admin@spoke.local";

const port = await freePort();
const url = `http://localhost:${port}`;
const server = spawn(process.execPath, [join(root, "scripts/e2e-server.mjs")], {
  env: {
    ...process.env,
    PORT: String(port),
    PUBLIC_URL: url,
    SPOKE_ADMIN_EMAIL: email,
    SPOKE_ADMIN_PASSWORD: "a password for the pictures",
  },
  stdio: ["ignore", "ignore", "inherit"],
});
const stopped = new Promise((resolve) => server.once("exit", resolve));

/**
 * The screens, in the order in which they are taken. `docs` ones are pictures of the documentation; `act` is what is done
 * before, only for those.
 *
 * @typedef {{ name: string, path: string, docs?: boolean, act?: (page: import("playwright-core").Page) => Promise<unknown> }} Screen
 * @param {Awaited<ReturnType<typeof makeWorld>>} world
 * @returns {Screen[]}
 */
function screensOf({ account, cycles, transactions }) {
  const builder = (name, query = "") => `/accounts/${account}/cycles/${cycles[name].id}${query}`;
  const [{ identifier }] = cycles["Order intake"].webhooks;
  const lists = `/accounts/${account}`;
  return [
    { name: "home", path: "/" },
    { name: "cycles", path: `${lists}/cycles`, docs: true },
    { name: "builder", path: builder("Order intake", "?step=large"), docs: true, act: zoomIn },
    { name: "builder-webhook", path: builder("Order intake", "?step=order"), docs: true },
    { name: "builder-mapping", path: builder("Order intake", "?step=invoice"), docs: true, act: openFieldPicker },
    { name: "builder-plain", path: builder("Order intake") },
    { name: "builder-http-request", path: builder("Invoice dispatch", "?step=invoice"), docs: true },
    { name: "synchronous", path: builder("Customer lookup"), docs: true },
    { name: "builder-run", path: builder("Order intake", `?transaction=${transactions.order}`), docs: true },
    { name: "builder-checklist", path: builder("Stock sync"), docs: true, act: openCheckList },
    { name: "transactions", path: `${lists}/transactions`, docs: true },
    { name: "transaction", path: `${lists}/transactions/${transactions.failed}`, docs: true },
    { name: "webhooks", path: `/partner/webhooks?q=${identifier}`, docs: true },
    { name: "accounts", path: "/partner/accounts" },
    { name: "users", path: "/partner/users", docs: true },
    { name: "api-keys", path: "/partner/api-keys", docs: true },
    {
      name: "builder-conflict",
      path: builder("Stock sync", "?step=reorder"),
      docs: true,
      act: (page) => changeAtTheSameTime(page, { url, account, cycleId: cycles["Stock sync"].id }),
    },
    {
      name: "system",
      path: "/partner/system",
      docs: true,
      act: async (page) => {
        await sendSteadily(cycles["Customer lookup"].webhookUrl, cycles["Order intake"].webhookUrl);
        await page.reload({ waitUntil: "networkidle" });
      },
    },
  ];
}

/** @param {import("playwright-core").Page} page */
async function zoomIn(page) {
  for (let times = 0; times < 3; times++) await page.getByRole("button", { name: "Zoom in" }).click();
  await rest(page);
}

/** Takes focus and pointer away, and with them what they show. @param {import("playwright-core").Page} page */
async function rest(page) {
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
}

/** @param {import("playwright-core").Page} page */
async function openFieldPicker(page) {
  await page.getByRole("button", { name: /^customer: Order/ }).click();
  await page.getByRole("listbox", { name: "Fields" }).waitFor();
}

/** @param {import("playwright-core").Page} page */
async function openCheckList(page) {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: /^Check list/ }).click();
  await page.getByRole("complementary", { name: "Check list" }).waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await rest(page);
}

/** @param {import("playwright-core").Page} page @param {{ url: string, account: string, cycleId: string }} where */
async function changeAtTheSameTime(page, where) {
  const browser = /** @type {import("playwright-core").Browser} */ (page.context().browser());
  await changeAsSomebodyElse(browser, where);
  await page.getByRole("textbox", { name: /^URL/ }).fill("https://erp.example.com/orders");
  await page.getByRole("textbox", { name: /^URL/ }).blur();
  await page.getByRole("complementary", { name: "Changed by someone else" }).waitFor();
}

const wide = { width: 1280, height: 800 };
const narrow = { width: 390, height: 844 };
const looks = /** @type {const} */ ([
  { suffix: "", viewport: wide, colorScheme: "light" },
  { suffix: "-dark", viewport: wide, colorScheme: "dark" },
  { suffix: "-narrow", viewport: narrow, colorScheme: "light" },
  { suffix: "-narrow-dark", viewport: narrow, colorScheme: "dark" },
]);

/** @param {import("playwright-core").Page} page @param {Screen} screen @param {string} path */
async function take(page, { path: address, act, docs }, path) {
  await page.goto(`${url}${address}`, { waitUntil: "networkidle", timeout: 20_000 }).catch(() => undefined);
  await page.waitForFunction(() => !document.querySelector(".animate-pulse")); // grey lines stand for what is loading
  if (docs && all < 0) await act?.(page);
  await page.waitForTimeout(500); // what fades in has come
  await page.screenshot({ path });
}

const { executablePath, args, env } = findChromium();
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, args, env });
const erp = await startErp();
try {
  await until(
    async () => (await fetch(`${url}/readyz`)).ok,
    () => server.exitCode !== null,
  );
  const first = await browser.newContext();
  const api = new Api(first, url);
  await api.signIn(email);
  const world = await makeWorld(api, erp.url);
  const screens = [...webhookScreens(await makeWebhooks(api, erp.url)), ...screensOf(world)].filter(
    ({ name, docs }) => (all > 0 || docs) && (wanted?.includes(name) ?? true),
  );
  const storageState = await first.storageState();
  for (const { suffix, viewport, colorScheme } of all > 0 ? looks : looks.slice(0, 1)) {
    const context = await browser.newContext({ viewport, colorScheme, storageState, reducedMotion: "reduce" });
    const page = await context.newPage();
    for (const screen of screens) await take(page, screen, join(folder, `${screen.name}${suffix}.png`));
    await context.close();
  }
} finally {
  await browser.close();
  erp.stop();
  server.kill("SIGTERM");
  await stopped;
}
