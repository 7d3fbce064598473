import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { invoiceDispatch, stockSync } from "./cycles.mjs";

const PASSWORD = "a password for the pictures";
const ENDED = ["completed", "failed", "cancelled", "discarded"];

/** Waits until something holds. @param {() => Promise<boolean>} holds @param {() => boolean} [isLost] */
export async function until(holds, isLost = () => false) {
  const end = Date.now() + 240_000;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > end || isLost()) throw new Error("What the pictures show did not come about");
    await sleep(200);
  }
}

/** An outside system that makes invoices, and refuses those without a customer's number. It takes every alarm. */
export async function startErp() {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.url === "/alarms") return response.writeHead(204).end();
    const { reference, customer } = JSON.parse(body);
    const known = customer?.number !== undefined;
    response.writeHead(known ? 201 : 422, { "content-type": "application/json" });
    response.end(
      JSON.stringify(known ? { number: `INV-${reference}` } : { error: "customer.number is missing", reference }),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://localhost:${address.port}`, stop: () => server.close() };
}

/** Spoke's API for whoever has signed in. */
export class Api {
  /** @param {import("playwright-core").BrowserContext} context @param {string} url */
  constructor(context, url) {
    this.context = context;
    this.url = url;
    this.account = "";
  }

  /** @param {string} email */
  async signIn(email, password = PASSWORD) {
    const { csrfToken } = await (await this.context.request.get(`${this.url}/api/auth/csrf`)).json();
    await this.context.request.post(`${this.url}/api/auth/callback/credentials`, {
      form: { csrfToken, email, password, json: "true" },
    });
  }

  /** @param {string} method @param {string} path @param {unknown} [data] */
  async call(method, path, data) {
    const response = await this.context.request.fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { origin: this.url, ...(this.account ? { "x-spoke-account": this.account } : {}) },
      data,
    });
    if (!response.ok()) throw new Error(`${method} ${path} answered ${response.status()}: ${await response.text()}`);
    return response.json().catch(() => ({}));
  }

  /** The transaction that a request has begun. @param {string} url @param {unknown} data */
  async post(url, data) {
    const answer = await this.context.request.post(url, { data });
    return answer.headers()["x-spoke-transaction-id"] ?? "";
  }

  /** @param {string} transactionId */
  async ended(transactionId) {
    await until(async () => ENDED.includes((await this.call("GET", `/transactions/${transactionId}`)).state));
  }
}

/** @param {Api} api @param {string} erpUrl */
async function makeCycles(api, erpUrl) {
  await api.call("POST", "/cycles/import", stockSync);
  const { id } = await api.call("POST", "/cycles/import", invoiceDispatch(erpUrl));
  await api.call("PUT", `/cycles/${id}/secrets/invoice/auth`, { value: "a token" });
  await api.call("POST", `/cycles/${id}/start`, {});
  const { entries } = await api.call("GET", "/cycles");
  const cycles = await Promise.all(entries.map((entry) => api.call("GET", `/cycles/${entry.id}`)));
  return Object.fromEntries(cycles.map((cycle) => [cycle.name, { ...cycle, webhookUrl: cycle.webhooks[0].url }]));
}

/** @param {Api} api */
async function makePeople(api) {
  const accountIds = [api.account];
  const people = [
    { name: "Ann Field", email: "ann@example.com", role: "builder" },
    { name: "Ben Stone", email: "ben@example.com", role: "viewer" },
  ];
  for (const person of people) await api.call("POST", "/users", { ...person, password: PASSWORD, accountIds });
  await api.call("POST", "/api-keys", { name: "Shop", role: "builder", accountId: api.account });
  await api.call("POST", "/api-keys", { name: "Deployment", role: "partner-admin" });
}

/** @param {Api} api @param {Record<string, { webhookUrl: string }>} cycles */
async function sendRequests(api, cycles) {
  const url = (name) => cycles[name]?.webhookUrl ?? "";
  const sent = [];
  for (const [index, total] of [42.5, 310, 18, 120.5, 99.9, 1290].entries()) {
    const order = { id: `A-${1041 + index}`, total, currency: "EUR", customer: "Ada", lines: [] };
    sent.push(await api.post(url("Order intake"), { order }));
  }
  await api.post(url("Customer lookup"), { customerId: "C-1001" });
  await api.post(url("Customer lookup"), { customerId: "C-9" });
  await api.post(url("GitHub events"), {
    action: "opened",
    repository: { full_name: "acme/shop" },
    sender: { login: "ann" },
  });
  const paid = { id: "A-1042", total: 310, customerNumber: "10023" };
  sent.push(await api.post(url("Invoice dispatch"), { order: paid }));
  sent.push(await api.post(url("Invoice dispatch"), { order: { id: "A-1046", total: 1290 } }));
  await api.context.request.put(url("Order intake"), { data: {} });
  await api.context.request.post(url("Order intake"), {
    data: Buffer.from('{"order":{"id":"A-1047"'),
    headers: { "content-type": "application/json" },
  });
  for (const transactionId of sent) await api.ended(transactionId);
  return { order: sent.at(-3) ?? "", failed: sent.at(-1) ?? "" };
}

/**
 * Sends requests for two and a half minutes, now more and now fewer, so that there is something to draw.
 *
 * @param {string} lookups where customers are looked up
 * @param {string} orders where orders come in
 */
export async function sendSteadily(lookups, orders) {
  const send = (url, data) =>
    fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(data) });
  for (const end = Date.now() + 150_000; Date.now() < end; ) {
    const order = {
      id: "A-2001",
      total: Math.round(Math.random() * 1_000),
      currency: "EUR",
      customer: "Ada",
      lines: [],
    };
    await send(orders, { order });
    if (Math.random() < 0.6) await send(lookups, { customerId: Math.random() < 0.8 ? "C-1001" : "C-9" });
    if (Math.random() < 0.05) await send(`${lookups}x`, {});
    await sleep(15 + 12 * Math.sin(Date.now() / 20_000));
  }
}

/**
 * Fills the demo account with what the pictures show.
 *
 * @param {Api} api of the first admin
 * @param {string} erpUrl
 */
export async function makeWorld(api, erpUrl) {
  const { accounts } = await api.call("GET", "/me");
  api.account = accounts[0].id;
  await makePeople(api);
  const cycles = await makeCycles(api, erpUrl);
  const transactions = await sendRequests(api, cycles);
  return { account: api.account, cycles, transactions };
}

/**
 * Somebody else saves the draft of a cycle.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {{ url: string, account: string, cycleId: string }} where
 */
export async function changeAsSomebodyElse(browser, { url, account, cycleId }) {
  const context = await browser.newContext();
  const api = new Api(context, url);
  await api.signIn("ann@example.com");
  api.account = account;
  const { draft, draftRevision } = await api.call("GET", `/cycles/${cycleId}`);
  const steps = draft.steps.map((step) => (step.id === "summary" ? { ...step, name: "Stock summary" } : step));
  const edges = [...draft.edges, { from: "low", exit: "false", to: "summary" }];
  await api.call("PUT", `/cycles/${cycleId}/draft`, { revision: draftRevision, graph: { ...draft, steps, edges } });
  await context.close();
}
