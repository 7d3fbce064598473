/** @typedef {import("playwright-core").Page} Page */

/** Scrolls a section of Step Setup to its top, and the page itself not at all. @param {string} title */
const showSection = (title) => async (/** @type {Page} */ page) => {
  const heading = page
    .getByRole("complementary", { name: "Step Setup" })
    .getByRole("heading", { name: title, exact: true });
  await heading.evaluate((element) => {
    let panel = element.parentElement;
    while (panel && getComputedStyle(panel).overflowY !== "auto") panel = panel.parentElement;
    if (panel) panel.scrollTop += element.getBoundingClientRect().top - panel.getBoundingClientRect().top - 16;
  });
};

/** Opens the newest request with an answer. @param {RegExp} answer */
const openRequest = (answer) => async (/** @type {Page} */ page) => {
  await page.getByRole("table", { name: "Requests" }).getByRole("button", { name: answer }).first().click();
  const request = page.getByRole("dialog", { name: "Request", exact: true });
  await request.getByRole("region", { name: "Answer" }).waitFor();
  return request;
};

/** @param {Page} page */
async function explain(page) {
  const request = await openRequest(/Not verified/)(page);
  await request.getByRole("button", { name: "Explain" }).click();
  await request.getByRole("region", { name: "Explanation" }).waitFor();
}

/** The request that came three times, by its duplicates. @param {Page} page */
async function openFirstOfDuplicates(page) {
  const request = await openRequest(/Duplicate/)(page);
  await request.getByRole("button", { name: /^Request/ }).click();
  await request.getByText("2 duplicates").waitFor();
}

/** @param {Page} page */
async function editBeforeReplay(page) {
  const request = await openRequest(/Accepted/)(page);
  await request.getByRole("button", { name: "Replay" }).click();
  await page.getByRole("switch", { name: "Edit it first" }).click();
  await page.getByRole("textbox", { name: "Body" }).waitFor();
}

/** @param {Page} page */
async function tryScript(page) {
  await page.getByRole("button", { name: "Open in a larger view" }).click();
  const view = page.getByRole("dialog");
  await view.getByRole("button", { name: "Run", exact: true }).click();
  await view.getByRole("region", { name: "Try it" }).getByRole("status").first().waitFor();
}

/**
 * The screens of webhooks.
 *
 * @param {Awaited<ReturnType<typeof import("./webhooks.mjs").makeWebhooks>>} world
 * @returns {{ name: string, path: string, docs: true, act?: (page: Page) => Promise<unknown> }[]}
 */
export function webhookScreens({ account, shop, parcels, labels }) {
  const lists = `/accounts/${account}`;
  const builder = ({ id }, query = "") => `${lists}/cycles/${id}${query}`;
  const report = `/partner/webhooks?q=${shop.webhooks[0].identifier}`;
  return [
    { name: "security", path: builder(shop, "?step=order"), docs: true, act: showSection("Security") },
    { name: "explain", path: report, docs: true, act: explain },
    { name: "request", path: report, docs: true, act: openFirstOfDuplicates },
    { name: "request-replay", path: report, docs: true, act: editBeforeReplay },
    { name: "script", path: builder(shop, "?step=order"), docs: true, act: tryScript },
    { name: "mid-cycle", path: builder(parcels, "?step=parcel"), docs: true, act: showSection("Webhook Mapping") },
    { name: "held", path: builder(parcels, "/held/parcel"), docs: true },
    { name: "alarms", path: builder(shop, "?step=order"), docs: true, act: showSection("Tell someone") },
    { name: "notifications", path: `${lists}/notifications`, docs: true },
    { name: "hold", path: builder(labels), docs: true },
  ];
}
