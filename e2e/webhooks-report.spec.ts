import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import type { WebhookPage } from "@/lib/contracts/webhooks";
import { Canvas } from "./canvas";
import { expect, type TestAccount, test } from "./fixtures";
import { graph, orderIntake, step } from "./graphs";

const search = (page: Page) => page.getByRole("textbox", { name: "Webhook URL or identifier" });
const webhooks = (page: Page) => page.getByRole("table", { name: "Webhooks" }).getByRole("row");
/** How many requests to an identifier that no webhook has were recorded; that takes a moment. */
const unknownRequests = async (account: TestAccount, identifier: string) =>
  (await account.call<WebhookPage>("GET", `/webhooks?q=${identifier}`)).unknown;
const order = (id: string) => ({ order: { id, total: 5 } });

test("a pasted URL or a piece of its identifier leads to the account, cycle and step", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(orderIntake);
  const identifier = cycle.view.webhooks[0]?.identifier as string;
  await request.post(cycle.webhookUrl, { data: order("A-1") });
  await page.goto("/partner/webhooks");
  for (const typed of [cycle.webhookUrl, identifier, identifier.slice(6, 14)]) {
    await search(page).fill(typed);
    await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe(typed);
    await expect(webhooks(page)).toHaveCount(2);
    const found = webhooks(page).nth(1);
    await expect(found).toContainText(`${account.name} › ${cycle.name} › Order`);
    await expect(found).toContainText("Running");
    await expect(found).toContainText("1 ok");
  }
  await search(page).fill(identifier.slice(0, 3));
  await expect(page.getByText("Type 4 characters or more of an identifier")).toBeVisible();
  await search(page).fill(identifier.slice(0, 4));
  const row = webhooks(page).filter({ hasText: cycle.name });
  await expect(row).toHaveCount(1);

  await row.getByRole("link", { name: "Open in builder: Order" }).click();
  const canvas = new Canvas(page);
  await expect(canvas.step("Order")).toHaveAttribute("aria-pressed", "true");
  await expect(canvas.setup).toContainText(cycle.webhookUrl);
});

test("says that an identifier is unknown, how many requests came to it and what they were", async ({
  account,
  page,
  request,
  baseURL,
}) => {
  const identifier = randomUUID().replaceAll("-", "").slice(0, 22);
  await request.post(`${baseURL}/api/webhook/${identifier}`, { data: { shop: "copenhagen" } });
  const answer = await request.post(`${baseURL}/api/webhook/${identifier}`, { data: { shop: "aarhus" } });
  await expect.poll(() => unknownRequests(account, identifier)).toBe(2);
  await page.goto("/partner/webhooks");
  await search(page).fill(`${baseURL}/api/webhook/${identifier}`);
  await expect(page.getByText(`No webhook has the identifier ${identifier}, but 2 requests came to it`)).toBeVisible();
  const answers = page.getByRole("table", { name: "Requests" }).getByRole("button");
  await expect(answers).toHaveText([/404.*Not found/, /404.*Not found/]);
  await search(page).fill(answer.headers()["x-spoke-request-id"] as string);
  await expect(answers).toHaveCount(1);
  await answers.click();
  const inspector = page.getByRole("dialog", { name: "Request" });
  await expect(inspector).toContainText("aarhus");
  await expect(inspector).toContainText("The end of the URL has to be the identifier of a webhook that exists.");
  await expect(inspector.getByRole("button", { name: "Replay" })).toBeHidden();
});

test("webhooks of deleted steps are found, marked so, with their requests", async ({ account, page, request }) => {
  const cycle = await account.cycle(
    graph([step("in", "webhook", {}, { name: "Gone" }), step("end", "stop")], ["in", "end"]),
  );
  await request.post(cycle.webhookUrl, { data: { id: "A-1" } });
  const { draft, draftRevision } = cycle.view;
  const other = {
    ...draft,
    steps: [step("other", "webhook"), step("end", "stop")],
    edges: [{ from: "other", exit: "next", to: "end" }],
  };
  await account.call("PUT", `/cycles/${cycle.id}/draft`, { revision: draftRevision, graph: other });
  await account.call("POST", `/cycles/${cycle.id}/publish`, {});
  await expect.poll(async () => (await request.post(cycle.webhookUrl, { data: {} })).status()).toBe(404);

  await page.goto(`/partner/webhooks?q=${encodeURIComponent(cycle.webhookUrl)}`);
  await expect(webhooks(page).nth(1)).toContainText("Gone");
  await expect(webhooks(page).nth(1)).toContainText("Step deleted");
  await expect(page.getByRole("link", { name: /Open in builder/ })).toBeHidden();
  const requests = page.getByRole("table", { name: "Requests" });
  await expect(requests.getByRole("button", { name: /Accepted/ }).first()).toBeVisible();
});

test("the requests of a webhook are filtered and inspected", async ({ account, page, request }) => {
  const cycle = await account.cycle(orderIntake);
  const answer = await request.post(cycle.webhookUrl, {
    data: order("A-needle"),
    headers: { "x-shop": "copenhagen" },
  });
  await request.post(cycle.webhookUrl, { data: order("A-2") });
  await request.post(cycle.webhookUrl, { data: Buffer.from("{"), headers: { "content-type": "application/json" } });
  await page.goto(`/partner/webhooks?q=${cycle.view.webhooks[0]?.identifier}`);
  const requests = page.getByRole("table", { name: "Requests" });
  const answers = requests.getByRole("button");
  await expect(answers).toHaveCount(3);
  await page.getByRole("button", { name: "Answer", exact: true }).click();
  await page.getByRole("menuitemradio", { name: "Unreadable" }).click();
  await expect(answers).toHaveText([/400.*Unreadable/]);
  await page.getByRole("group", { name: "Filter requests" }).getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("textbox", { name: "Caller's address" }).fill("192.0.2.1");
  await expect(page.getByRole("heading", { name: "No request matches" })).toBeVisible();
  await page.getByRole("textbox", { name: "Caller's address" }).fill("");
  await page.getByRole("textbox", { name: "Search requests" }).fill("needle");
  await expect(answers).toHaveCount(1);

  await answers.click();
  const inspector = page.getByRole("dialog", { name: "Request" });
  await expect(inspector.getByRole("table", { name: "Headers of the request" })).toContainText("copenhagen");
  await expect(inspector).toContainText("A-needle");
  await expect(inspector.getByRole("table", { name: "Headers of the answer" })).toContainText(/x-spoke-request-id/i);
  await expect(inspector).toContainText("Webhook accepted.");
  await inspector.getByRole("link").filter({ hasText: answer.headers()["x-spoke-transaction-id"] }).click();
  await expect(page).toHaveURL(`/accounts/${account.id}/transactions/${answer.headers()["x-spoke-transaction-id"]}`);

  await page.goBack();
  await expect(page.getByRole("textbox", { name: "Search requests" })).toHaveValue("needle");
  await expect(answers).toHaveCount(1);
  await page.reload();
  await expect(answers).toHaveCount(1);
  await search(page).fill(cycle.webhookUrl);
  await expect(page.getByRole("textbox", { name: "Search requests" })).toHaveValue("");
  await expect(answers).toHaveCount(3);
});

test("a flood of refused requests is counted, and the list says how many it does not show", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(orderIntake);
  // However many fall into the hour after: of one of the two, more came than are recorded.
  const flood = Array.from({ length: 20 }, async () => {
    for (let n = 0; n < 106; n++) await (await fetch(cycle.webhookUrl)).text();
  });
  await Promise.all(flood);
  await request.post(cycle.webhookUrl, { data: order("A-1") });
  const broken = { headers: { "content-type": "application/json" }, data: Buffer.from("{") };
  await request.post(cycle.webhookUrl, broken);
  const found = async () => (await account.call<WebhookPage>("GET", `/webhooks?q=${cycle.webhookUrl}`)).entries[0];
  const counted = async () => (await found())?.last24h.reduce((sum, { count }) => sum + count, 0);
  await expect.poll(counted).toBe(2_122);
  await page.goto(`/partner/webhooks?q=${cycle.view.webhooks[0]?.identifier}`);
  await expect(webhooks(page).nth(1)).toContainText("2,121 ok · 1 refused");
  await expect(page.getByText(/^[\d,]+ more not recorded$/)).toBeVisible();
  // Neither is hidden by the flood.
  await expect(page.getByRole("table", { name: "Requests" }).getByRole("button").first()).toHaveText(/400.*Unreadable/);
  await page.getByRole("button", { name: "Answer", exact: true }).click();
  await page.getByRole("menuitemradio", { name: "Accepted" }).click();
  await expect(page.getByRole("table", { name: "Requests" }).getByRole("button")).toHaveText([/200.*Accepted/]);
});

test("webhooks and requests are taken along as CSV", async ({ account, page, request }) => {
  const cycle = await account.cycle(orderIntake);
  const identifier = cycle.view.webhooks[0]?.identifier as string;
  const answer = await request.post(cycle.webhookUrl, { data: order("A-1") });
  await page.goto(`/partner/webhooks?q=${identifier}`);
  const linesOf = async (bar: string) => {
    const download = page.waitForEvent("download");
    await page.getByRole("group", { name: bar }).getByRole("link", { name: "Export CSV" }).click();
    return (await readFile(await (await download).path(), "utf8")).trim().split("\r\n");
  };
  const [header, line, ...more] = await linesOf("Filter webhooks");
  expect(header).toMatch(/^\uFEFF?identifier,url,account,cycle,step,state/);
  expect(line).toContain(`${identifier},${cycle.webhookUrl},${account.name},${cycle.name},Order,running,no,`);
  expect(more).toEqual([]);
  const requests = await linesOf("Filter requests");
  expect(requests).toHaveLength(2);
  expect(requests[1]).toContain(answer.headers()["x-spoke-request-id"]);
});
