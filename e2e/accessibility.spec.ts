import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { expect, type TestAccount, type TestCycle, test } from "./fixtures";
import { customerLookup, orderIntake } from "./graphs";

const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };

/** What an account shows when something has happened in it. */
type Place = { account: TestAccount; cycle: TestCycle; transactionId: string };

/** Looks at the page in both themes: nothing may violate WCAG, nothing may stand beside the page. */
async function check(page: Page) {
  await expect(page.getByRole("status").filter({ hasText: /^Loading/ })).toHaveCount(0);
  // Colours on their way from one theme to the other are neither the one nor the other.
  await page.addStyleTag({
    content: "*, *::before, *::after { transition: none !important; animation: none !important }",
  });
  for (const theme of ["light", "dark"]) {
    const violations = await page.evaluate(
      async ({ name, runOnly }) => {
        document.documentElement.dataset.theme = name;
        const { axe: runner } = window as unknown as { axe: { run(options: object): Promise<AxeResults> } };
        const found = (await runner.run({ runOnly, resultTypes: ["violations"] })).violations;
        return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
      },
      { name: theme, runOnly: tags },
    );
    expect.soft(violations, `${page.url()} in the ${theme} theme`).toEqual([]);
  }
  const [scroll, width] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  expect.soft(scroll, `${page.url()} is as wide as the window`).toBe(width);
}

type Screen = { name: string; path: (place: Place) => string; open?: (page: Page, place: Place) => Promise<unknown> };

const cycles = ({ account }: Place) => `/accounts/${account.id}/cycles`;
const builder = (query: string) => (place: Place) => `${cycles(place)}/${place.cycle.id}${query}`;
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first();
const dialog = (page: Page) => expect(page.getByRole("dialog")).toBeVisible();
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
    open: (page, { cycle }) => button(page, `Actions for ${cycle.name}`).click(),
  },
  { name: "making a cycle", path: cycles, open: press("New cycle") },
  { name: "importing a cycle", path: cycles, open: press("Import") },
  { name: "deleting a cycle", path: cycles, open: command("Delete") },
  { name: "the command palette", path: cycles, open: press(/^Search or jump to/) },
  { name: "the account switcher", path: cycles, open: press(/^Account: /) },
  { name: "transactions", path: ({ account }) => `/accounts/${account.id}/transactions` },
  { name: "a transaction", path: (place) => `/accounts/${place.account.id}/transactions/${place.transactionId}` },
  {
    name: "replaying with changed data",
    path: (place) => `/accounts/${place.account.id}/transactions/${place.transactionId}`,
    open: async (page) => {
      await button(page, "Replay").click();
      await page.getByRole("menuitem", { name: /^With changed data/ }).click();
    },
  },
  { name: "the keyboard shortcuts", path: cycles, open: (page) => page.keyboard.press("?") },
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
      while ((await drawn.count()) > 0) await drawn.first().click();
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
  ...orderIntake.steps.map((one) => ({ name: `Step Setup of ${one.name}`, path: builder(`?step=${one.id}`) })),
];

const ofWideBuilder: Screen[] = [
  { name: "the runs", path: builder(""), open: press("Runs") },
  { name: "the path picker", path: builder("?step=large"), open: press(/^Condition 1: value: /) },
  { name: "a list of step types", path: builder("?step=summary"), open: press("Add a step") },
];

const groups: Record<string, Screen[]> = {
  "an account": ofAccount,
  "the partner": ofPartner,
  "the builder": ofBuilder,
};

for (const [size, viewport] of Object.entries(sizes)) {
  test.describe(`${size}, ${viewport.width} px`, () => {
    test.use({ viewport });
    test.beforeEach(({ page }) => page.addInitScript(axe));

    for (const [whose, screens] of Object.entries({
      ...groups,
      ...(size === "wide" && { "the wide builder": ofWideBuilder }),
    })) {
      test(`no screen of ${whose} violates WCAG 2.2 AA, or is wider than the window`, async ({
        account,
        page,
        request,
      }) => {
        test.setTimeout(120_000);
        const cycle = await account.cycle(orderIntake);
        const answer = await request.post(cycle.webhookUrl, { data: { order: { id: "A-1", total: 5 } } });
        const transactionId = answer.headers()["x-spoke-transaction-id"] as string;
        await account.ended(transactionId);
        await account.cycle(customerLookup, { start: false });
        const place: Place = { account, cycle, transactionId };
        for (const { name, path, open } of screens) {
          await test.step(name, async () => {
            await page.goto(path(place));
            await expect(page.locator("main")).toBeVisible();
            await open?.(page, place);
            await check(page);
          });
        }
      });
    }

    test("an account without anything", async ({ account, page }) => {
      for (const path of ["cycles", "transactions"]) {
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
  });
}
