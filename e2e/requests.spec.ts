import type { ReceiptView } from "@/lib/contracts/webhooks";
import { Canvas } from "./canvas";
import { expect, test } from "./fixtures";
import { field, graph, step, text } from "./graphs";

const first = graph([step("in", "webhook", {}, { name: "Order" }), step("end", "stop")], ["in", "end"]);
const second = graph(
  [
    step("in", "webhook", {}, { name: "Order" }),
    step("set", "set-fields", { fields: [field("seen", text("yes"))] }),
    step("end", "stop"),
  ],
  ["in", "set", "end"],
);

test("a refused request is found by a value of its body, edited, and replayed into an older version", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(first);
  const { draftRevision, draft } = cycle.view;
  await account.call("PUT", `/cycles/${cycle.id}/draft`, { revision: draftRevision, graph: { ...draft, ...second } });
  await account.call("POST", `/cycles/${cycle.id}/publish`, {});
  const broken = { headers: { "content-type": "application/json" }, data: Buffer.from('{"order":"A-needle",}') };
  const answer = await request.post(cycle.webhookUrl, broken);
  expect(answer.status()).toBe(400);
  await request.post(cycle.webhookUrl, { data: { order: "A-2" } });

  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  await canvas.step("Order").click();
  await canvas.setup.getByRole("tab", { name: "Requests" }).click();
  await canvas.setup.getByRole("textbox", { name: "Search requests" }).fill("needle");
  const answers = canvas.setup.getByRole("table", { name: "Requests" }).getByRole("button");
  await expect(answers).toHaveText([/400.*Unreadable/]);
  await answers.click();
  const inspector = page.getByRole("dialog", { name: "Request", exact: true });
  await expect(inspector).toContainText("The body has to become data by its content type.");
  await expect(inspector.getByRole("region", { name: "As data" })).toContainText("None:");

  await inspector.getByRole("button", { name: "Replay" }).click();
  const dialog = page.getByRole("dialog", { name: "Replay this request" });
  await dialog.getByRole("combobox", { name: "Run on" }).selectOption("Version 1");
  await dialog.getByRole("switch", { name: "Edit it first" }).click();
  await dialog.getByRole("textbox", { name: "Body" }).fill('{"order":"A-mended"}');
  await dialog.getByRole("button", { name: "Replay" }).click();

  await expect(page).toHaveURL(/\/transactions\/[0-9a-f-]{36}$/);
  const transaction = await account.ended(page.url().slice(-36));
  expect(transaction).toMatchObject({
    ...{ state: "completed", versionNumber: 1, receiptId: answer.headers()["x-spoke-request-id"] },
    ...{ input: { body: { order: "A-mended" } }, replay: { edited: true, checked: false } },
  });
  await expect(page.getByText("edited, not checked, by")).toBeVisible();
});

test("chosen requests, or all of a list, are replayed together, and what became of each is told", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(first);
  for (const id of ["A-1", "A-2"]) await request.post(cycle.webhookUrl, { data: { id } });
  await request.post(cycle.webhookUrl, { headers: { "content-type": "application/json" }, data: Buffer.from("{") });
  await page.goto(`/partner/webhooks?q=${cycle.view.webhooks[0]?.identifier}`);
  const requests = page.getByRole("table", { name: "Requests" });
  await expect(requests.getByRole("button")).toHaveCount(3);
  await requests.getByRole("row").filter({ hasText: "Accepted" }).first().getByRole("checkbox").click();
  await page.getByRole("button", { name: "Replay 1 chosen" }).click();
  const dialog = page.getByRole("dialog", { name: "Replay requests" });
  await expect(dialog.getByRole("button", { name: "Replay 1 request" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Replay 1 chosen" }).press("Enter");
  await dialog.getByRole("button", { name: "Replay 1 request" }).click();
  await expect(dialog.getByRole("status")).toContainText("1 request replayed.");
  await dialog.getByRole("button", { name: "Close" }).click();

  await requests.getByRole("checkbox").first().click();
  await expect(page.getByRole("button", { name: "Replay 1 chosen" })).toBeVisible();
  await page.getByRole("textbox", { name: "Search requests" }).fill("A-1");
  await expect(requests.getByRole("button")).toHaveCount(1);
  await page.getByRole("textbox", { name: "Search requests" }).fill("");
  await expect(requests.getByRole("button")).toHaveCount(3);
  await page.getByRole("button", { name: "Replay all of the list" }).click();
  await expect(dialog).toContainText("3 requests: 1 Unreadable, 2 Accepted.");
  await dialog.getByRole("button", { name: "Replay 3 requests" }).click();
  await expect(dialog.getByRole("status")).toContainText("2 requests replayed.");
  await expect(dialog.getByRole("list", { name: "Not replayed" })).toContainText("The body can't become data");
  await dialog.getByRole("link", { name: "Show the transactions" }).click();
  await expect(page.getByRole("table", { name: "Transactions" }).getByRole("row")).toHaveCount(1 + 5);
});

test("a replay of many that breaks off says of which requests it is not known what became", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(first);
  for (let n = 0; n < 30; n++) await request.post(cycle.webhookUrl, { data: { n } });
  await page.goto(`/partner/webhooks?q=${cycle.view.webhooks[0]?.identifier}`);
  await page.getByRole("button", { name: "Replay all of the list" }).click();
  const dialog = page.getByRole("dialog", { name: "Replay requests" });
  await page.route("**/receipts/replay", async (route) => {
    if (route.request().postDataJSON().receiptIds.length === 25) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await dialog.getByRole("button", { name: "Replay 30 requests" }).click();
  await expect(dialog.getByText("It is not known whether 5 requests were replayed")).toBeVisible();
  await expect(dialog).toContainText("25 requests replayed.");
  await expect(dialog).not.toContainText("left as they were");
  await dialog.getByRole("link", { name: "Show the transactions" }).click();
  await expect(page).toHaveURL(`/accounts/${account.id}/transactions`);
});

test("duplicates get the first one's answer and are listed under it", async ({ account, page, request }) => {
  const cycle = await account.cycle(first, { start: false });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id);
  await canvas.step("Order").click();
  await canvas.setup.getByRole("combobox", { name: "Told by" }).selectOption("A field of the body");
  await canvas.setup.getByRole("combobox", { name: "Field of the body" }).fill("order.id");
  await canvas.setup.getByRole("spinbutton", { name: "How long" }).fill("2");
  await canvas.setup.getByRole("combobox", { name: "Unit" }).selectOption("hours");
  await canvas.bar.getByRole("button", { name: "Start", exact: true }).click();
  await expect(canvas.bar).toContainText("Running");
  const view = await account.call<typeof cycle.view>("GET", `/cycles/${cycle.id}`);
  expect(view.draft.steps.find(({ id }) => id === "in")?.settings.duplicates).toEqual({
    ...{ kind: "body", path: "order.id", windowSeconds: 7_200 },
  });

  const post = (n: number) => request.post(cycle.webhookUrl, { data: { order: { id: "A-1" }, n } });
  const answers = [await post(1), await post(2), await post(3)];
  expect(new Set(answers.map((answer) => answer.headers()["x-spoke-transaction-id"])).size).toBe(1);
  const firstId = answers[0]?.headers()["x-spoke-request-id"];
  const recorded = async () => (await account.call<ReceiptView>("GET", `/receipts/${firstId}`)).duplicates.count;
  await expect.poll(recorded).toBe(2);
  await page.goto(`/partner/webhooks?q=${firstId}`);
  const requests = page.getByRole("table", { name: "Requests" });
  await requests.getByRole("button", { name: /Accepted/ }).click();
  const inspector = page.getByRole("dialog", { name: "Request", exact: true });
  await expect(inspector).toContainText("2 duplicates");
  await inspector.getByRole("listitem").getByRole("button").first().click();
  await expect(inspector).toContainText("Duplicate: Its key is A-1");
  await inspector.getByRole("button", { name: /^Request/ }).click();
  await expect(inspector).toContainText("2 duplicates");
});

test("the secrets of a request are not shown, and a replay of the edited request still has them", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(first);
  const headers = { authorization: "Bearer s3cret", "x-signature": "visible" };
  const answer = await request.post(`${cycle.webhookUrl}?token=s3cret&page=2`, { data: { order: "A-1" }, headers });
  const id = answer.headers()["x-spoke-request-id"] as string;
  expect(JSON.stringify(await account.call("GET", `/receipts/${id}`))).not.toContain("s3cret");
  await page.goto(`/accounts/${account.id}/requests/${id}`);
  const sent = page.getByRole("table", { name: "Headers of the request" });
  await expect(sent.getByRole("row", { name: /^authorization/i })).toContainText("Bearer ••••");
  await expect(sent).toContainText("visible");
  await expect(page.getByTitle("Secret, not shown")).not.toHaveCount(0);
  await page.getByRole("button", { name: "Replay" }).click();
  const dialog = page.getByRole("dialog", { name: "Replay this request" });
  await dialog.getByRole("switch", { name: "Edit it first" }).click();
  await expect(dialog.getByRole("textbox", { name: "Headers" })).toHaveValue(/authorization: Bearer ••••/i);
  await dialog.getByRole("textbox", { name: "Body" }).fill('{"order":"A-2"}');
  await dialog.getByRole("button", { name: "Replay" }).click();
  await expect(page).toHaveURL(/\/transactions\/[0-9a-f-]{36}$/);
  expect(await account.ended(page.url().slice(-36))).toMatchObject({
    input: { body: { order: "A-2" }, headers: { authorization: "Bearer ••••" }, query: { token: "••••", page: "2" } },
  });
});

test("a request is found by its id from anywhere", async ({ account, page, request }) => {
  const cycle = await account.cycle(first);
  const answer = await request.post(cycle.webhookUrl, { data: { order: "A-1" } });
  const id = answer.headers()["x-spoke-request-id"] as string;
  await page.goto(`/accounts/${account.id}/cycles`);
  await page.getByRole("button", { name: /^Search or jump to/ }).click();
  await page.getByRole("combobox", { name: "Search or jump to" }).fill(id);
  await page.getByRole("option", { name: id }).click();
  await expect(page).toHaveURL(`/accounts/${account.id}/requests/${id}`);
  await expect(page.getByRole("region", { name: "Request" })).toContainText("A-1");
  const above = page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link");
  await expect(above).toHaveText([cycle.name, "Order"]);
  await page.getByRole("link", { name: "Open in builder" }).click();
  await expect(new Canvas(page).setup).toContainText("Listen for a request");
});
