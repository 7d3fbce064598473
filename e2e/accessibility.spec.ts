import { readFileSync } from "node:fs";
import type { APIRequestContext, Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { expect, type TestAccount, type TestCycle, test } from "./fixtures";
import { customerLookup, orderIntake } from "./graphs";

const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
/** What is asked of each theme: of the first everything, of the second what colours can break. */
const themes = {
  light: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
  dark: { type: "rule", values: ["color-contrast", "link-in-text-block"] },
};
const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };
type Size = keyof typeof sizes;

/** What an account shows when something has happened in it. */
type Place = { account: TestAccount; cycle: TestCycle; transactionId: string; receiptId: string };

/** Colours on their way from one theme to the other are neither the one nor the other. */
const still = "*, *::before, *::after { transition: none !important; animation: none !important }";

/** Has axe and the style above in every page that is loaded. */
async function prepare(page: Page) {
  await page.addInitScript(axe);
  await page.addInitScript((style) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    document.adoptedStyleSheets = [sheet];
  }, still);
}

/** What lies over the page. */
const opened = (page: Page) => page.getByRole("dialog").or(page.getByRole("menu"));

/** Looks at the page in these widths and in both themes: nothing may violate WCAG, nothing may stand beside the page. */
async function check(page: Page, widths: Size[] = ["wide", "narrow"]) {
  await expect(page.getByRole("status").filter({ hasText: /^Loading/ })).toHaveCount(0);
  const over = await opened(page).count();
  for (const size of widths) {
    await page.setViewportSize(sizes[size]);
    await expect
      .poll(() => opened(page).count(), `${page.url()}, ${size}: what was opened`)
      .toBeGreaterThanOrEqual(over);
    for (const [theme, rules] of Object.entries(themes)) {
      const violations = await page.evaluate(
        async ({ name, runOnly }) => {
          document.documentElement.dataset.theme = name;
          await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
          const { axe: runner } = window as unknown as { axe: { run(options: object): Promise<AxeResults> } };
          const found = (await runner.run({ runOnly, resultTypes: ["violations"] })).violations;
          return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
        },
        { name: theme, runOnly: rules },
      );
      expect.soft(violations, `${page.url()}, ${size}, in the ${theme} theme`).toEqual([]);
    }
    const [scroll, width] = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return [scrollWidth, clientWidth];
    });
    expect
      .soft([scroll, width], `${page.url()}, ${size}, is as wide as the window`)
      .toEqual(Array(2).fill(sizes[size].width));
  }
  await page.setViewportSize(sizes.wide);
}

type Screen = {
  name: string;
  path: (place: Place) => string;
  /** The builder shows another step of the same cycle as a link inside it does, without loading all of it anew. */
  step?: string;
  open?: (page: Page, place: Place) => Promise<unknown>;
};

/** Shows a screen. A page that is there already is not loaded anew: what was opened over it is closed. */
async function show(page: Page, path: string, step: string | undefined) {
  if (page.url().endsWith(path)) {
    await closeAll(page);
  } else if (step === undefined) {
    await page.goto(path);
    await expect(page.locator("main")).toBeVisible();
  } else {
    await page.evaluate((address) => window.history.pushState(null, "", address), path);
    const setup = page.getByRole("complementary", { name: "Step Setup" });
    await expect(setup.getByRole("heading", { name: step, exact: true })).toBeAttached();
  }
}

/** What has the focus may take an Escape for itself, as a hint that is open over a window does. */
async function closeAll(page: Page) {
  await expect(async () => {
    if ((await opened(page).count()) > 0) await page.keyboard.press("Escape");
    await expect(opened(page)).toHaveCount(0, { timeout: 3_000 });
  }).toPass();
}

const cycles = ({ account }: Place) => `/accounts/${account.id}/cycles`;
const builder = (query: string) => (place: Place) => `${cycles(place)}/${place.cycle.id}${query}`;
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first();
/** Waits for a window, and until the menu that led to it is gone. */
const dialog = async (page: Page) => {
  await expect(page.getByRole("dialog")).toBeVisible();
  await expect(page.getByRole("menu")).toHaveCount(0);
};
const press = (name: string | RegExp) => async (page: Page) => {
  await button(page, name).click();
  await dialog(page);
};
const command = (menuItem: string) => async (page: Page, place: Place) => {
  await button(page, `Actions for ${place.cycle.name}`).click();
  await page.getByRole("menuitem", { name: menuItem }).click();
  await dialog(page);
};

const ofAccount: Screen[] = [
  { name: "home", path: () => "/" },
  { name: "cycles", path: cycles },
  {
    name: "a menu of a cycle",
    path: cycles,
    open: async (page, { cycle }) => {
      await button(page, `Actions for ${cycle.name}`).click();
      await expect(page.getByRole("menu")).toBeVisible();
    },
  },
  { name: "making a cycle", path: cycles, open: press("New cycle") },
  { name: "importing a cycle", path: cycles, open: press("Import") },
  { name: "deleting a cycle", path: cycles, open: command("Delete") },
  { name: "the command palette", path: cycles, open: press(/^Search or jump to/) },
  { name: "the account switcher", path: cycles, open: press(/^Account: /) },
  {
    name: "the keyboard shortcuts",
    path: cycles,
    open: async (page) => {
      await page.keyboard.press("?");
      await dialog(page);
    },
  },
  { name: "transactions", path: ({ account }) => `/accounts/${account.id}/transactions` },
  { name: "a transaction", path: (place) => `/accounts/${place.account.id}/transactions/${place.transactionId}` },
  {
    name: "replaying with changes",
    path: (place) => `/accounts/${place.account.id}/transactions/${place.transactionId}`,
    open: async (page) => {
      await button(page, "Replay").click();
      await page.getByRole("menuitem", { name: /^With changes/ }).click();
      await dialog(page);
    },
  },
  { name: "one request", path: (place) => `/accounts/${place.account.id}/requests/${place.receiptId}` },
  { name: "a notification", path: ({ account }) => `/accounts/${account.id}/notifications`, open: press(/^Test:/) },
  { name: "a page that is not there", path: () => "/nowhere" },
];

const ofPartner: Screen[] = [
  { name: "accounts", path: () => "/partner/accounts" },
  { name: "making an account", path: () => "/partner/accounts", open: press("New account") },
  { name: "users", path: () => "/partner/users" },
  { name: "making a user", path: () => "/partner/users", open: press("New user") },
  { name: "API keys", path: () => "/partner/api-keys" },
  { name: "making an API key", path: () => "/partner/api-keys", open: press("New API key") },
  { name: "the system", path: () => "/partner/system" },
  {
    name: "the system's figures as tables",
    path: () => "/partner/system",
    open: async (page) => {
      const drawn = page.getByRole("button", { name: /^Show .* as a table$/ });
      await expect(drawn).not.toHaveCount(0);
      for (let left = await drawn.count(); left > 0; left -= 1) {
        await drawn.first().click();
        await expect(drawn).toHaveCount(left - 1);
      }
    },
  },
  { name: "webhooks", path: () => "/partner/webhooks" },
  { name: "a found webhook", path: ({ cycle }) => `/partner/webhooks?q=${cycle.view.webhooks[0]?.identifier}` },
  {
    name: "a request",
    path: ({ cycle }) => `/partner/webhooks?q=${cycle.view.webhooks[0]?.identifier}`,
    open: press(/200.*Accepted/),
  },
];

const ofBuilder: Screen[] = [
  { name: "the builder", path: builder("") },
  {
    name: "the builder with a transaction on it",
    path: (place) => builder(`?transaction=${place.transactionId}`)(place),
  },
  { name: "the builder's versions", path: builder("?version=1") },
  ...orderIntake.steps.map(({ id, name }, index) => ({
    name: `Step Setup of ${name}`,
    path: builder(`?step=${id}`),
    step: index === 0 ? undefined : name,
  })),
];

const ofWideBuilder: Screen[] = [
  { name: "the runs", path: builder(""), open: press("Runs") },
  { name: "the path picker", path: builder("?step=large"), open: press(/^Condition 1: value: /) },
  { name: "a list of step types", path: builder("?step=summary"), open: press("Add a step") },
  {
    name: "when someone is told of a webhook",
    path: builder("?step=order"),
    open: async (page) => {
      for (const rule of ["no request comes", "requests are refused", "transactions fail"])
        await page.getByRole("switch", { name: `When ${rule}` }).click();
    },
  },
  {
    name: "a check of a webhook",
    path: builder("?step=order"),
    open: (page) => page.getByLabel("Check", { exact: true }).selectOption("Signature (HMAC)"),
  },
  {
    name: "explaining a request",
    path: builder("?step=order"),
    open: press("Explain a request"),
  },
];

const groups: Record<string, { screens: Screen[]; widths?: Size[] }> = {
  "an account": { screens: ofAccount },
  "the partner": { screens: ofPartner },
  "the builder": { screens: ofBuilder },
  "the builder where it can be edited": { screens: ofWideBuilder, widths: ["wide"] },
};

/** An account in which everything that the screens show has happened. */
async function fill(account: TestAccount, request: APIRequestContext): Promise<Place> {
  const cycle = await account.cycle(orderIntake);
  const answer = await request.post(cycle.webhookUrl, { data: { order: { id: "A-1", total: 5 } } });
  const transactionId = answer.headers()["x-spoke-transaction-id"] as string;
  await account.ended(transactionId);
  await account.cycle(customerLookup, { start: false });
  const alarm = `/cycles/${cycle.id}/steps/order/alarm`;
  await account.call("POST", `${alarm}/targets`, { channel: "webhook", address: "http://127.0.0.1:9/" });
  await account.call("POST", `${alarm}/test`);
  return { account, cycle, transactionId, receiptId: answer.headers()["x-spoke-request-id"] as string };
}

test.beforeEach(({ page }) => prepare(page));

for (const [whose, { screens, widths }] of Object.entries(groups)) {
  test(`no screen of ${whose} violates WCAG 2.2 AA, or is wider than the window`, async ({
    account,
    page,
    request,
  }) => {
    test.slow(); // twenty screens in two widths and two themes
    const place = await fill(account, request);
    for (const { name, path, step, open } of screens) {
      await test.step(name, async () => {
        await show(page, path(place), step);
        await open?.(page, place);
        await check(page, widths);
      });
    }
  });
}

test("an account without anything", async ({ account, page }) => {
  for (const path of ["cycles", "transactions", "notifications"]) {
    await page.goto(`/accounts/${account.id}/${path}`);
    await expect(page.getByRole("heading", { level: 2 })).toBeVisible();
    await check(page);
  }
});

test.describe("signed out", () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test("signing in", async ({ page }) => {
    await page.goto("/sign-in");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("Type your e-mail address and your password.")).toBeVisible();
    await check(page);
  });
});
