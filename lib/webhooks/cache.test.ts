import { beforeEach, describe, expect, it } from "vitest";
import type { FoundWebhook } from "@/lib/queue/find-webhook";
import { toCachedWebhook, WebhookCache } from "./cache";
import { asynchronousGraph, synchronousGraph } from "./testing";

const found = (wish: Partial<FoundWebhook> = {}): FoundWebhook => ({
  webhookId: "webhook",
  accountId: "account",
  cycleId: "cycle",
  stepId: "hook",
  listeningUntil: null,
  held: false,
  limits: null,
  state: "RUNNING",
  stoppedAt: null,
  versionId: "version",
  graph: asynchronousGraph,
  allowedIps: "",
  checkSecrets: {},
  ...wish,
});

/** A cache on rows that the test changes, counting how often each identifier is read. */
let rows: Map<string, FoundWebhook>;
let reads: string[];
let hearing: boolean;
let nowMs: number;
let cache: WebhookCache;
let hold: Promise<void> | undefined;

beforeEach(() => {
  rows = new Map([["a", found()]]);
  reads = [];
  hearing = true;
  nowMs = 0;
  hold = undefined;
  cache = new WebhookCache({
    load: async (identifier) => {
      reads.push(identifier);
      const row = rows.get(identifier);
      await hold;
      return row;
    },
    hearsChanges: () => hearing,
    now: () => nowMs,
    maxAgeMs: 30_000,
    maxEntries: 3,
  });
});

describe("WebhookCache", () => {
  it("reads a webhook once, also when several ask at the same time", async () => {
    const [first, second] = await Promise.all([cache.find("a"), cache.find("a")]);
    expect(first).toBe(second);
    expect(cache.find("a")).toBe(first);
    expect(reads).toEqual(["a"]);
  });

  it("reads again after its cycle changed, and leaves other cycles' webhooks alone", async () => {
    rows.set("b", found({ cycleId: "other" }));
    await Promise.all([cache.find("a"), cache.find("b")]);
    rows.set("a", found({ state: "STOPPED" }));
    cache.forgetCycles(["cycle"]);
    expect(await cache.find("a")).toMatchObject({ state: "STOPPED" });
    await cache.find("b");
    expect(reads).toEqual(["a", "b", "a"]);
  });

  it("does not keep what was read before a change that came meanwhile", async () => {
    let release: () => void = () => {};
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const early = cache.find("a");
    rows.set("a", found({ state: "STOPPED" }));
    cache.forgetCycles(["cycle"]);
    const late = cache.find("a");
    release();
    expect(await early).toMatchObject({ state: "RUNNING" });
    expect(await late).toMatchObject({ state: "STOPPED" });
    expect(await cache.find("a")).toMatchObject({ state: "STOPPED" });
  });

  it("reads again when asked to; who asks during a read shares the next one", async () => {
    await cache.find("a");
    const early = cache.refresh("a");
    rows.set("a", found({ state: "STOPPED" }));
    const [first, second] = await Promise.all([cache.refresh("a"), cache.refresh("a")]);
    expect(await early).toMatchObject({ state: "RUNNING" });
    expect(first).toMatchObject({ state: "STOPPED" });
    expect(second).toBe(first);
    expect(cache.find("a")).toBe(first);
    expect(reads).toEqual(["a", "a", "a"]);
  });

  it("remembers that an identifier is unknown until any cycle changes", async () => {
    expect(await cache.find("x")).toBeNull();
    expect(await cache.find("x")).toBeNull();
    rows.set("x", found());
    cache.forgetCycles(["cycle of x"]);
    expect(await cache.find("x")).toMatchObject({ webhookId: "webhook" });
    expect(reads).toEqual(["x", "x"]);
  });

  it("keeps a bounded number of unknown identifiers, and known ones apart from them", async () => {
    await cache.find("a");
    for (const identifier of ["1", "2", "3", "4"]) await cache.find(identifier);
    await cache.find("1");
    await cache.find("a");
    expect(reads).toEqual(["a", "1", "2", "3", "4", "1"]);
  });

  it("believes nothing longer than the time limit", async () => {
    await cache.find("a");
    nowMs = 29_999;
    await cache.find("a");
    nowMs = 30_000;
    await cache.find("a");
    expect(reads).toEqual(["a", "a"]);
  });

  it("keeps nothing while changes are not heard of", async () => {
    await cache.find("a");
    hearing = false;
    await cache.find("a");
    await cache.find("a");
    hearing = true;
    cache.clear();
    await cache.find("a");
    await cache.find("a");
    expect(reads).toEqual(["a", "a", "a", "a"]);
  });

  it("recalls what it knew while nothing can be read, for records only", async () => {
    expect(cache.recall("a")).toBeNull();
    await cache.find("a");
    hearing = false;
    hold = Promise.reject(new Error("database away"));
    await expect(cache.find("a")).rejects.toThrow("database away");
    expect(cache.recall("a")).toMatchObject({ webhookId: "webhook" });
    hold = undefined;
    hearing = true;
    rows.delete("a");
    nowMs = 30_000;
    expect(await cache.find("a")).toBeNull();
    expect(cache.recall("a")).toBeNull();
  });

  it("reads again after a read that failed", async () => {
    hold = Promise.reject(new Error("database away"));
    await expect(cache.find("a")).rejects.toThrow("database away");
    hold = undefined;
    expect(await cache.find("a")).toMatchObject({ webhookId: "webhook" });
  });
});

describe("toCachedWebhook", () => {
  it("is synchronous when the step can reach a response", () => {
    expect(toCachedWebhook(found({ graph: synchronousGraph }))).toMatchObject({
      synchronous: true,
      versionId: "version",
    });
    expect(toCachedWebhook(found())).toMatchObject({ synchronous: false });
    const cut = { ...synchronousGraph, edges: [] };
    expect(toCachedWebhook(found({ graph: cut }))).toMatchObject({ synchronous: false });
  });

  it("takes the step's own time to answer", () => {
    const steps = synchronousGraph.steps.map((step) => ({ ...step, settings: { syncTimeoutSeconds: 120 } }));
    const webhook = toCachedWebhook(found({ graph: { ...synchronousGraph, steps } }));
    expect(webhook.syncTimeoutSeconds).toBe(120);
  });

  it("has no version when the published one lacks the step, or none is published", () => {
    expect(toCachedWebhook(found({ stepId: "new" })).versionId).toBeNull();
    expect(toCachedWebhook(found({ versionId: null, graph: null })).versionId).toBeNull();
  });

  it("has no version when this build does not know the step's type, and so not what it asks of callers", () => {
    const steps = asynchronousGraph.steps.map((step) => ({ ...step, type: "webhook-of-a-newer-build" }));
    expect(toCachedWebhook(found({ graph: { ...asynchronousGraph, steps } })).versionId).toBeNull();
  });
});
