import { expect } from "./fixtures";
import { field, from, graph, orderIntake, step } from "./graphs";
import { test } from "./stub-server";

const calling = (url: string) =>
  graph(
    [
      step("in", "webhook", {}, { name: "Order" }),
      step(
        "call",
        "http-request",
        { method: "POST", url, body: [field("id", from("in", "body", "id"))] },
        {
          name: "Create invoice",
          // biome-ignore lint/suspicious/noThenProperty: a setting of the step; the object is never awaited
          onError: { retries: 1, wait: "fixed", firstWaitSeconds: 0.1, then: "stop" },
        },
      ),
    ],
    ["in", "call"],
  );

test("the list shows transactions as they happen", async ({ account, page, request }) => {
  const cycle = await account.cycle(orderIntake);
  await page.goto(`/accounts/${account.id}/transactions`);
  await expect(page.getByRole("heading", { name: "No transactions yet" })).toBeVisible();
  await request.post(cycle.webhookUrl, { data: { order: { id: "A-1", total: 5 } } });
  const rows = page.getByRole("table", { name: "Transactions" }).getByRole("link");
  await expect(rows).toHaveText(["Completed"]);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText("Paused")).toBeVisible();
  await request.post(cycle.webhookUrl, { data: { order: { id: "A-2", total: 5 } } });
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(rows).toHaveText(["Completed", "Completed"]);
});

test("filters narrow the list and stay in the address", async ({ account, page, request }) => {
  const [one, other] = [await account.cycle(orderIntake, { name: "One" }), await account.cycle(orderIntake)];
  const post = (url: string, id: string) => request.post(url, { data: { order: { id, total: 5 } } });
  const answer = await post(one.webhookUrl, "A-needle");
  await post(one.webhookUrl, "A-2");
  await post(other.webhookUrl, "A-3");
  await account.ended(answer.headers()["x-spoke-transaction-id"] as string);

  await page.goto(`/accounts/${account.id}/transactions`);
  const rows = page.getByRole("table", { name: "Transactions" }).getByRole("link");
  await expect(rows).toHaveCount(3);
  await page.getByRole("button", { name: "Cycle", exact: true }).click();
  await page.getByRole("menuitemradio", { name: "One" }).click();
  await expect(rows).toHaveCount(2);
  await page.getByRole("textbox", { name: "Search transactions" }).fill("needle");
  await expect(rows).toHaveCount(1);
  await page.getByRole("button", { name: "Time", exact: true }).click();
  await page.getByRole("button", { name: /hour/ }).first().click();
  await expect(rows).toHaveCount(1);
  const inAddress = () => Object.fromEntries(new URL(page.url()).searchParams);
  await expect.poll(inAddress).toMatchObject({ cycle: one.id, q: "needle" });
  await page.reload();
  await expect(rows).toHaveCount(1);
  await page.getByRole("button", { name: /^State/ }).click();
  await page.getByRole("menuitemradio", { name: "Failed" }).click();
  await expect(page.getByRole("heading", { name: "No transaction matches" })).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await expect(rows).toHaveCount(3);
});

test("a failed call shows its attempts and what came back, and is replayed", async ({
  account,
  page,
  request,
  stub,
}) => {
  stub.answer = { status: 503, body: '{"error":"closed for stocktaking"}' };
  const cycle = await account.cycle(calling(`${stub.url}/invoices`));
  const answer = await request.post(cycle.webhookUrl, { data: { id: "A-10" } });
  const id = answer.headers()["x-spoke-transaction-id"] as string;
  await account.ended(id);
  await page.goto(`/accounts/${account.id}/transactions`);
  await page.getByRole("link", { name: "Failed at Create invoice" }).click();
  await expect(page.getByText(/answered 503/).first()).toBeVisible();
  const failed = page.getByRole("listitem").filter({ hasText: "Create invoice" });
  await expect(failed).toContainText("2 attempts");
  await expect(failed).toContainText("closed for stocktaking");
  await failed.getByRole("tab", { name: /Attempts/ }).click();
  await expect(failed.getByRole("tabpanel").getByRole("listitem")).toHaveCount(2);
  await page.getByRole("button", { name: /Order/ }).click();
  await expect(page.getByRole("tabpanel", { name: "Output" })).toContainText('"A-10"');

  stub.answer = { status: 200, body: "{}" };
  await page.getByRole("button", { name: "Replay" }).click();
  await page.getByRole("menuitem", { name: /^As it was/ }).click();
  await expect(page).not.toHaveURL(new RegExp(id));
  expect((await account.ended(page.url().slice(-36))).state).toBe("completed");
  await expect(page.getByText("Completed").first()).toBeVisible();
  await expect(page.getByRole("link").filter({ hasText: id })).toBeVisible();
  expect(stub.bodies).toEqual(Array(3).fill('{"id":"A-10"}'));
});

test("a transaction is replayed with changed data, on a version that was chosen", async ({
  account,
  page,
  request,
  stub,
}) => {
  const cycle = await account.cycle(calling(stub.url));
  const answer = await request.post(cycle.webhookUrl, { data: { id: "A-10" } });
  const id = answer.headers()["x-spoke-transaction-id"] as string;
  await account.ended(id);
  const { draft, draftRevision } = cycle.view;
  const withoutCall = { ...draft, ...graph([step("in", "webhook"), step("end", "stop")], ["in", "end"]) };
  await account.call("PUT", `/cycles/${cycle.id}/draft`, { revision: draftRevision, graph: withoutCall });
  await account.call("POST", `/cycles/${cycle.id}/publish`, {});
  await page.goto(`/accounts/${account.id}/transactions/${id}`);
  await page.getByRole("button", { name: "Replay" }).click();
  await page.getByRole("menuitem", { name: /^With changes/ }).click();
  const dialog = page.getByRole("dialog", { name: "Replay with changes" });
  const data = dialog.getByLabel("Data");
  await dialog.getByLabel("Run on").selectOption("Version 1");
  await expect(data).toHaveValue(/"A-10"/);
  await data.fill('{ "body": ');
  await expect(dialog.getByRole("button", { name: "Replay" })).toBeDisabled();
  await data.fill('{ "body": { "id": "B-20" }, "query": {}, "headers": {} }');
  await dialog.getByRole("button", { name: "Replay" }).click();
  await expect(page).not.toHaveURL(new RegExp(id));
  expect((await account.ended(page.url().slice(-36))).state).toBe("completed");
  expect(stub.bodies).toEqual(['{"id":"A-10"}', '{"id":"B-20"}']);
  await page.goto(`/accounts/${account.id}/transactions/${id}`);
  await expect(page.getByText("Replayed as")).toBeVisible();
});

test("the secrets of a request are dots in its data; a replay with changes, made by keyboard, still has them", async ({
  account,
  page,
  request,
}) => {
  const copying = graph(
    [
      step("in", "webhook", {}, { name: "Order" }),
      step("set", "set-fields", { fields: [field("sent", from("in", "headers", "x-api-key"))] }),
    ],
    ["in", "set"],
  );
  const cycle = await account.cycle(copying);
  const answer = await request.post(`${cycle.webhookUrl}?token=s3cret`, {
    data: { id: "A-10" },
    headers: { authorization: "Bearer s3cret", "x-api-key": "s3cret" },
  });
  const id = answer.headers()["x-spoke-transaction-id"] as string;
  await account.ended(id);
  await page.goto(`/accounts/${account.id}/transactions/${id}`);
  await page.getByRole("button", { name: /Order/ }).press("Enter");
  const output = page.getByRole("tree", { name: "Output" });
  await expect(output).toContainText("authorization: Bearer ••••");
  await expect(output).toContainText("token: ••••");
  await expect(output).not.toContainText("s3cret");

  await page.getByRole("button", { name: "Replay" }).press("Enter");
  await page.getByRole("menuitem", { name: /^With changes/ }).press("Enter");
  const data = page.getByRole("dialog", { name: "Replay with changes" }).getByLabel("Data");
  await expect(data).toBeFocused();
  await expect(data).toHaveValue(/"x-api-key": "••••"/);
  await data.fill((await data.inputValue()).replace("A-10", "B-20"));
  await data.press("Control+Enter");
  await expect(page).not.toHaveURL(new RegExp(id));
  const { input, steps } = await account.ended(page.url().slice(-36));
  expect(input).toMatchObject({ body: { id: "B-20" }, headers: { "x-api-key": "••••" }, query: { token: "••••" } });
  expect(steps[1]?.output).toEqual({ sent: "s3cret" });
});

test("a transaction that waits is cancelled", async ({ account, page, request }) => {
  const waiting = graph(
    [step("in", "webhook"), step("wait", "delay", { amount: 1, unit: "hours" }, { name: "Cool down" })],
    ["in", "wait"],
  );
  const cycle = await account.cycle(waiting);
  const answer = await request.post(cycle.webhookUrl, { data: {} });
  const id = answer.headers()["x-spoke-transaction-id"] as string;
  await page.goto(`/accounts/${account.id}/transactions/${id}`);
  await expect(page.getByRole("listitem").filter({ hasText: "Cool down" })).toContainText(/in 5\d min/);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel transaction" }).click();
  await expect(page.getByText("Cancelled").first()).toBeVisible();
  expect((await account.ended(id)).state).toBe("cancelled");
});

test("a synchronous transaction shows the answer that was given", async ({ account, page, request }) => {
  const answering = graph(
    [
      step("in", "webhook"),
      step("reply", "sync-response", { status: 201, fields: [field("id", from("in", "body", "id"))] }),
    ],
    ["in", "reply"],
  );
  const cycle = await account.cycle(answering);
  const answer = await request.post(cycle.webhookUrl, { data: { id: "A-10" } });
  await page.goto(`/accounts/${account.id}/transactions/${answer.headers()["x-spoke-transaction-id"]}`);
  const given = page.getByRole("region", { name: /Response given/ });
  await expect(given).toContainText("201");
  await expect(given).toContainText("A-10");
});
