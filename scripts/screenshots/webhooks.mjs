import { Webhook } from "standardwebhooks";
import { heldLabels, parcelTracking, shopOrders } from "./cycles.mjs";
import { until } from "./world.mjs";

const secretOf = (key) => `whsec_${Buffer.from(key).toString("base64")}`;
const SECRET = secretOf("what the shop signs its orders with");
const OLD_SECRET = secretOf("what it signed them with before");

/** @param {unknown} order @param {string} id @param {string} [secret] */
function signed(order, id, secret = SECRET) {
  const [now, body] = [new Date(), JSON.stringify(order)];
  const headers = {
    "content-type": "application/json",
    "user-agent": "Bookshop/2.1",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, now, body),
  };
  return { data: Buffer.from(body), headers };
}

/** @param {import("./world.mjs").Api} api @param {unknown} file @param {Record<string, string>} [secrets] */
async function startCycle(api, file, secrets = {}) {
  const { id } = await api.call("POST", "/cycles/import", file);
  for (const [place, value] of Object.entries(secrets))
    await api.call("PUT", `/cycles/${id}/secrets/${place}`, { value });
  await api.call("POST", `/cycles/${id}/start`, {});
  const { webhooks } = await api.call("GET", `/cycles/${id}`);
  return { id, webhooks, urlOf: (stepId) => webhooks.find((webhook) => webhook.stepId === stepId)?.url ?? "" };
}

/** Orders that are signed, one that came three times, and some that are refused. @param {import("./world.mjs").Api} api */
async function makeShop(api) {
  const shop = await startCycle(api, shopOrders, { "order/check": OLD_SECRET });
  await api.call("PUT", `/cycles/${shop.id}/secrets/order/check`, { value: SECRET });
  const send = (order, id, secret) => api.context.request.post(shop.urlOf("order"), signed(order, id, secret));
  const order = (number, total, status = "paid") => ({
    order: { id: `B-${number}`, status, currency: "EUR", total, items: [{ sku: "BOOK-7", quantity: 1, price: total }] },
  });
  await api.call("PUT", `/cycles/${shop.id}/samples/order`, { body: JSON.stringify(order(7001, 24.9)) });
  for (const [index, total] of [24.9, 12, 58.4, 9.5].entries()) await send(order(7001 + index, total), `msg_${index}`);
  await send(order(7005, 31, "cart"), "msg_5");
  for (let times = 0; times < 3; times++) await send(order(7007, 44), "msg_7");
  return { ...shop, sendRefused: (number) => send(order(7100 + number, 18.2), `msg_${20 + number}`, OLD_SECRET) };
}

/** Orders that wait for their parcel's number. @param {import("./world.mjs").Api} api */
async function makeParcels(api) {
  const parcels = await startCycle(api, parcelTracking);
  await api.call("PUT", `/cycles/${parcels.id}/samples/order`, { body: JSON.stringify({ order: { id: "B-7001" } }) });
  for (let number = 0; number < 9; number++)
    await api.post(parcels.urlOf("order"), { order: { id: `B-${7001 + number}`, email: "ada@example.com" } });
  const held = async () => (await api.call("GET", `/cycles/${parcels.id}/held`)).steps[0]?.count === 9;
  await until(held);
  return parcels;
}

/** A cycle on hold, and what came meanwhile. @param {import("./world.mjs").Api} api */
async function makeHold(api) {
  const labels = await startCycle(api, heldLabels);
  await api.call("POST", "/holds", { accountId: api.account, cycleId: labels.id });
  for (let number = 0; number < 14; number++) await api.post(labels.urlOf("parcel"), { parcel: `P-${number}` });
  return labels;
}

/** Somebody who is told of refused orders, and what they were sent. @param {import("./world.mjs").Api} api @param {string} teller */
async function makeAlarm(api, { id, sendRefused }, teller) {
  const alarm = `/cycles/${id}/steps/order/alarm`;
  await api.call("PUT", alarm, {
    silence: { hours: 6 },
    refused: { percent: 20, atLeast: 5, withinMinutes: 5 },
    failed: null,
  });
  await api.call("POST", `${alarm}/targets`, { channel: "webhook", address: `${teller}/alarms` });
  await api.call("POST", `${alarm}/test`, {});
  for (let number = 0; number < 9; number++) await sendRefused(number);
  const told = async () => {
    const { entries } = await api.call("GET", "/notifications");
    return entries.length > 1 && entries.every(({ status }) => status === "sent");
  };
  await until(told);
}

/**
 * Fills an account of its own with what the pictures of webhooks show.
 *
 * @param {import("./world.mjs").Api} api of the first admin
 * @param {string} teller a server that takes notifications
 */
export async function makeWebhooks(api, teller) {
  const { id: account } = await api.call("POST", "/accounts", { name: "Pine Street Books" });
  const before = api.account;
  api.account = account;
  const shop = await makeShop(api);
  const parcels = await makeParcels(api);
  const labels = await makeHold(api);
  await makeAlarm(api, shop, teller);
  api.account = before;
  return { account, shop, parcels, labels };
}
