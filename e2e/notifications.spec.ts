import type { Page } from "@playwright/test";
import { Webhook } from "standardwebhooks";
import { Canvas } from "./canvas";
import { expect } from "./fixtures";
import { orderIntake } from "./graphs";
import { test } from "./stub-server";

const notifications = (page: Page) => page.getByRole("table", { name: "Notifications" }).getByRole("row");

test("someone is told that a webhook refuses its requests, and what was told is listed", async ({
  account,
  page,
  request,
  stub,
}) => {
  const cycle = await account.cycle(orderIntake);
  const canvas = new Canvas(page);
  await canvas.open(account, cycle.id, "?step=order");

  await canvas.setup.getByRole("switch", { name: "When requests are refused" }).click();
  const rule = canvas.setup.getByRole("group", { name: "When requests are refused" });
  await rule.getByLabel("Of at least (requests)").fill("3");
  await rule.getByLabel("Within (minutes)").fill("5");
  await canvas.setup.getByRole("button", { name: "Save rules" }).click();
  await expect(canvas.setup.getByRole("button", { name: "Save rules" })).toBeHidden();
  await expect(canvas.setup).toContainText("Spoke has no mail server");
  await canvas.setup.getByRole("textbox", { name: "URL to tell" }).fill(stub.url);
  await canvas.setup.getByRole("button", { name: "Add", exact: true }).click();
  const secret = await canvas.setup.getByText(/^whsec_/).innerText();
  await canvas.setup.getByRole("button", { name: "Send a test" }).click();
  await expect.poll(() => stub.bodies.length).toBe(1);
  const told = (index: number) =>
    new Webhook(secret).verify(stub.bodies[index]!, stub.headers[index] as Record<string, string>);
  expect(told(0)).toMatchObject({ type: "webhook.alarm.test" });

  const broken = { data: Buffer.from("{"), headers: { "content-type": "application/json" } };
  for (let sent = 0; sent < 3; sent++) expect((await request.post(cycle.webhookUrl, broken)).status()).toBe(400);
  await page.goto(`/partner/webhooks?q=${cycle.view.webhooks[0]?.identifier}`);
  await expect(page.getByRole("table", { name: "Webhooks" })).toContainText("100 % refused", { timeout: 60_000 });
  await expect.poll(() => stub.bodies.length, { timeout: 60_000 }).toBe(2);
  expect(told(1)).toMatchObject({
    type: "webhook.alarm.raised",
    data: { alarm: { rule: "refused", percent: 100, requests: 3 } },
  });

  await page.goto(`/accounts/${account.id}/notifications`);
  await expect(notifications(page).nth(1)).toContainText("100 % of requests refused");
  await expect(notifications(page).nth(1)).toContainText("Sent");
  await expect(notifications(page).nth(2)).toContainText("Test");
  await page.getByRole("button", { name: /100 % of requests refused/ }).click();
  const inspector = page.getByRole("dialog");
  await expect(inspector.getByRole("region", { name: "Attempts" })).toContainText("Taken with 200");
  await inspector.getByRole("button", { name: "Send again" }).click();
  await expect.poll(() => stub.headers[2]?.["webhook-id"]).toBe(stub.headers[1]?.["webhook-id"]);
  expect(told(2)).toEqual(told(1));
});
