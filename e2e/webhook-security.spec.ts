import { Webhook } from "standardwebhooks";
import { Canvas } from "./canvas";
import { expect, test } from "./fixtures";
import { graph, step } from "./graphs";

const secret = `whsec_${Buffer.from("a key of twenty-four bytes").toString("base64")}`;
const body = JSON.stringify({ order: { id: "A-10" } });

/** The headers of a sender that signs by Standard Webhooks. */
function signed(by: string) {
  const now = new Date();
  return {
    "content-type": "application/json",
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
    "webhook-signature": new Webhook(by).sign("msg_1", now, body),
  };
}

test("a check is set up, refuses a wrong signature, says why, and takes the right one", async ({
  account,
  page,
  request,
}) => {
  const cycle = await account.cycle(graph([step("in", "webhook"), step("done", "stop")], ["in", "done"]), {
    start: false,
  });
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=in");
  await canvas.setup.getByLabel("Check", { exact: true }).selectOption("Standard Webhooks");
  await canvas.setup.getByLabel("Signing secret").fill(secret);
  await canvas.setup.getByRole("button", { name: "Store" }).click();
  await expect(canvas.setup.getByText("Stored.", { exact: true })).toBeVisible();
  await canvas.bar.getByRole("button", { name: "Start", exact: true }).click();
  await expect(canvas.bar).toContainText("Running");

  const foreign = signed(`whsec_${Buffer.from("the key of somebody else").toString("base64")}`);
  const refused = await request.post(cycle.webhookUrl, { data: body, headers: foreign });
  expect([refused.status(), await refused.text()]).toEqual([401, "Webhook signature is not valid."]);
  await canvas.setup.getByRole("tab", { name: "Requests" }).click();
  await canvas.setup.getByRole("button", { name: /401 Not verified/ }).click();
  const receipt = page.getByRole("dialog", { name: "Request", exact: true });
  await receipt.getByRole("button", { name: "Explain" }).click();
  await expect(receipt.getByRole("region", { name: "Explanation" })).toContainText("made with another secret");
  await receipt.getByRole("button", { name: "Close" }).click();

  const right = signed(secret);
  await canvas.setup.getByRole("tab", { name: "Setup" }).click();
  await canvas.setup.getByRole("button", { name: "Explain a request" }).click();
  const dialog = page.getByRole("dialog", { name: "Explain a request" });
  const headers = Object.entries(right).map(([name, value]) => `${name}: ${value}`);
  await dialog.getByLabel("Request").fill(`${headers.join("\n")}\n\n${body}\n`);
  await dialog.getByRole("button", { name: "Explain", exact: true }).click();
  await expect(dialog.getByRole("region", { name: "Explanation" })).toContainText("line break");
  await dialog.getByLabel("Request").fill(`${headers.join("\n")}\n\n${body}`);
  await dialog.getByRole("button", { name: "Explain", exact: true }).click();
  await expect(dialog.getByText("The request passes the check.")).toBeVisible();

  const accepted = await request.post(cycle.webhookUrl, { data: body, headers: right });
  expect([accepted.status(), await accepted.text()]).toEqual([200, "Webhook accepted."]);

  await dialog.getByRole("button", { name: "Close" }).click();
  await canvas.setup.getByRole("tab", { name: "Requests" }).click();
  await canvas.setup.getByRole("button", { name: /401 Not verified/ }).click();
  await receipt.getByRole("button", { name: "Explain" }).click();
  await expect(receipt.getByRole("region", { name: "Explanation" })).toContainText("so the stored secret is right");
});

test("a secret is changed without a gap", async ({ account, page, request }) => {
  const check = { kind: "token", in: "header", name: "X-Token", prefix: "" };
  const drawn = graph([step("in", "webhook", { check }), step("done", "stop")], ["in", "done"]);
  const cycle = await account.cycle(drawn, { start: false });
  await account.call("PUT", `/cycles/${cycle.id}/secrets/in/check`, { value: "old" });
  await account.call("POST", `/cycles/${cycle.id}/start`, {});
  const status = async (token: string) =>
    (await request.post(cycle.webhookUrl, { data: {}, headers: { "X-Token": token } })).status();
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=in");
  await canvas.setup.getByRole("button", { name: "Add a second one" }).click();
  await canvas.setup.getByLabel("Second token").fill("new");
  await canvas.setup.getByRole("button", { name: "Store" }).click();
  await expect(canvas.setup.getByRole("button", { name: "Make the second one the only one" })).toBeVisible();
  const both = async () => [await status("old"), await status("new")];
  await expect.poll(both).toEqual([200, 200]);
  await canvas.setup.getByRole("button", { name: "Make the second one the only one" }).click();
  await expect(canvas.setup.getByText("Second token")).toBeHidden();
  await expect.poll(both).toEqual([401, 200]);

  await canvas.setup.getByRole("button", { name: "Replace" }).click();
  await expect(canvas.setup.getByLabel("Token", { exact: true })).toBeFocused();
  await canvas.setup.getByRole("button", { name: "Keep the stored one" }).click();
  await expect(canvas.setup.getByRole("button", { name: "Replace" })).toBeFocused();
  const asked = page.getByRole("dialog", { name: "Remove “Token”" });
  await canvas.setup.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(asked).toContainText("From the next request on every one is refused");
  await page.keyboard.press("Escape");
  await expect(canvas.setup.getByRole("button", { name: "Remove", exact: true })).toBeFocused();
  expect(await status("new")).toBe(200);
  await canvas.setup.getByRole("button", { name: "Remove", exact: true }).click();
  await asked.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(canvas.setup.getByLabel("Token", { exact: true })).toBeFocused();
  await expect.poll(() => status("new")).toBe(401);
});

test("addresses count at once, and a list that can't be read changes nothing", async ({ account, page, request }) => {
  const drawn = graph([step("in", "webhook-ip-filtered"), step("done", "stop")], ["in", "done"]);
  const cycle = await account.cycle(drawn);
  const send = async () => {
    const answer = await request.post(cycle.webhookUrl, { data: {} });
    return [answer.status(), await answer.text()];
  };
  expect(await send()).toEqual([403, "Webhook request not allowed from this IP address."]);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=in");
  await expect(canvas.setup).toContainText("Every request is refused");
  const list = canvas.setup.getByLabel("Allowed IP addresses");
  await list.fill("127.0.0.1\nexample.com");
  await canvas.setup.getByRole("button", { name: "Save addresses" }).click();
  await expect(canvas.setup).toContainText("Line 2:");
  expect((await send())[0]).toBe(403);
  await list.fill("127.0.0.1, ::1");
  await canvas.setup.getByRole("button", { name: "Save addresses" }).click();
  await expect(canvas.setup).toContainText("2 entries, in effect.");
  await expect.poll(send).toEqual([200, "Webhook accepted."]);
});
