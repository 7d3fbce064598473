import { randomUUID } from "node:crypto";
import {
  type APIRequestContext,
  type APIResponse,
  type BrowserContext,
  test as base,
  expect,
  type Page,
} from "@playwright/test";
import type { RoleName } from "@/lib/contracts/common";
import type { CycleView } from "@/lib/contracts/cycles";
import type { TransactionView } from "@/lib/contracts/transactions";
import type { Graph } from "@/lib/core/graph";

export { expect };

type StorageState = Awaited<ReturnType<APIRequestContext["storageState"]>>;

/** A cycle that was made through the API, with the URL of its first webhook step. */
export type TestCycle = { id: string; name: string; webhookUrl: string; view: CycleView };

const ended = ["completed", "failed", "cancelled", "discarded"];

/** A call of the API inside an account. */
type Call = <T = unknown>(method: string, path: string, body?: unknown) => Promise<T>;

/** An account of its own for one test, and the API inside it. */
export class TestAccount {
  constructor(
    readonly id: string,
    readonly name: string,
    private readonly request: APIRequestContext,
    private readonly baseURL: string,
  ) {}

  /** Gives what calls the API with a key instead of a browser's session, which takes much less where it is called hundreds of times. */
  async withKey(): Promise<Call> {
    const { key } = await this.call<{ key: string }>("POST", "/api-keys", { name: this.name, role: "partner-admin" });
    const headers = { authorization: `Bearer ${key}`, "x-spoke-account": this.id, "content-type": "application/json" };
    return async <T>(method: string, path: string, body?: unknown) => {
      const response = await fetch(`${this.baseURL}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as T;
    };
  }

  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.fetch(method, path, body);
    if (!response.ok()) throw new Error(`${method} ${path} answered ${response.status()}: ${await response.text()}`);
    return (await response.json().catch(() => ({}))) as T;
  }

  fetch(method: string, path: string, body?: unknown): Promise<APIResponse> {
    return this.request.fetch(`/api/v1${path}`, {
      method,
      headers: { "x-spoke-account": this.id },
      ...(body === undefined ? {} : { data: body }),
    });
  }

  /** Imports a graph as a cycle and starts it unless told not to. */
  async cycle(
    graph: Graph,
    { name = `Cycle ${randomUUID().slice(0, 8)}`, start = true, parallelLimit = 10 } = {},
  ): Promise<TestCycle> {
    const { id } = await this.call<CycleView>("POST", "/cycles/import", { spoke: 1, name, parallelLimit, graph });
    if (start) await this.call("POST", `/cycles/${id}/start`, {});
    const view = await this.call<CycleView>("GET", `/cycles/${id}`);
    return { id, name, webhookUrl: view.webhooks[0]?.url ?? "", view };
  }

  /** The transaction once it has ended. */
  async ended(transactionId: string): Promise<TransactionView> {
    let view: TransactionView | undefined;
    await expect
      .poll(
        async () => {
          view = await this.call<TransactionView>("GET", `/transactions/${transactionId}`);
          return ended.includes(view.state);
        },
        { timeout: 60_000, intervals: [20, 50, 100, 250] },
      )
      .toBe(true);
    return view as TransactionView;
  }
}

/** Someone who can sign in, with the password they were made with. */
export type TestUser = { id: string; name: string; email: string; password: string };

/** Waits until the page in sight answers to clicks and keys. What the server has drawn looks the same but does not. */
export const alive = (page: Page) => expect(page.locator("html[data-alive]")).toBeAttached();

/** Makes `goto` and `reload` wait until the page is alive, unless they are told to wait for less. */
function loadingWhole(page: Page): Page {
  const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)];
  page.goto = async (url, options) => {
    const response = await goto(url, options);
    if (options?.waitUntil === undefined && url !== "about:blank") await alive(page);
    return response;
  };
  page.reload = async (options) => {
    const response = await reload(options);
    await alive(page);
    return response;
  };
  return page;
}

type Fixtures = {
  account: TestAccount;
  /** Makes a user of the account with a role. */
  makeUser: (role: RoleName) => Promise<TestUser>;
  /** A page of another browser, signed in as a new user with a role. */
  pageOf: (role: RoleName) => Promise<Page>;
};
type WorkerFixtures = { signedIn: StorageState };

/** Signs in as the first admin over HTTP, as the sign-in form does, and gives the cookies. */
async function signIn(request: APIRequestContext, email: string, password: string): Promise<StorageState> {
  const { csrfToken } = (await (await request.get("/api/auth/csrf")).json()) as { csrfToken: string };
  const response = await request.post("/api/auth/callback/credentials", {
    form: { csrfToken, email, password, json: "true" },
  });
  if (!response.ok()) throw new Error(`Sign-in answered ${response.status()}: ${await response.text()}`);
  return request.storageState();
}

export const adminEmail = () => process.env.SPOKE_ADMIN_EMAIL ?? "admin@spoke.local";
export const adminPassword = () => process.env.SPOKE_ADMIN_PASSWORD ?? "";

export const test = base.extend<Fixtures, WorkerFixtures>({
  signedIn: [
    async ({ playwright }, use, workerInfo) => {
      const request = await playwright.request.newContext({ baseURL: workerInfo.project.use.baseURL });
      const state = await signIn(request, adminEmail(), adminPassword());
      await request.dispose();
      await use(state);
    },
    { scope: "worker" },
  ],
  page: async ({ page }, use) => use(loadingWhole(page)),
  /** `page` is signed in as the first admin; `request` below is not. */
  storageState: async ({ signedIn }, use) => use(signedIn),
  account: async ({ playwright, signedIn, baseURL }, use) => {
    const request = await playwright.request.newContext({
      baseURL,
      storageState: signedIn,
      extraHTTPHeaders: { origin: baseURL ?? "" },
    });
    const name = `Account ${randomUUID().slice(0, 8)}`;
    const response = await request.post("/api/v1/accounts", { data: { name } });
    if (!response.ok()) throw new Error(`Making an account answered ${response.status()}: ${await response.text()}`);
    const { id } = (await response.json()) as { id: string };
    await use(new TestAccount(id, name, request, String(baseURL)));
    await request.dispose();
  },
  makeUser: async ({ account }, use) => {
    await use(async (role) => {
      const name = `User ${randomUUID().slice(0, 8)}`;
      const user = { name, email: `${randomUUID()}@example.com`, password: "a password of ten or more" };
      const accountIds = role === "partner-admin" ? [] : [account.id];
      const { id } = await account.call<{ id: string }>("POST", "/users", { ...user, role, accountIds });
      return { ...user, id };
    });
  },
  pageOf: async ({ browser, makeUser, playwright, baseURL }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (role) => {
      const { email, password } = await makeUser(role);
      const request = await playwright.request.newContext({ baseURL });
      const context = await browser.newContext({ baseURL, storageState: await signIn(request, email, password) });
      await request.dispose();
      contexts.push(context);
      return loadingWhole(await context.newPage());
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});
