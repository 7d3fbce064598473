import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { listen } from "./listen";
import { type TestDatabase, testDatabase } from "./testing";
import { TestLink } from "./testing-link";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const notify = (channel: string, payload: string) =>
  database.pool.query("SELECT pg_notify($1, $2)", [channel, payload]);

const endListeners = () =>
  database.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'spoke-listen' AND datname = current_database()",
  );

describe("listen", () => {
  it("reports what is notified on its channels, and nothing else", async () => {
    const seen: string[][] = [];
    const listener = await listen(
      ["jobs", "Cache"],
      (...message) => seen.push(message),
      () => {},
      database,
    );
    await notify("other", "0");
    await notify("jobs", "1");
    await notify("Cache", "");
    await expect
      .poll(() => seen)
      .toEqual([
        ["jobs", "1"],
        ["Cache", ""],
      ]);
    await listener.close();
  });

  it("connects again when the server ends the connection, and says so", async () => {
    const seen: string[] = [];
    const onReconnect = vi.fn();
    const listener = await listen(["jobs"], (_channel, payload) => seen.push(payload), onReconnect, database);
    await endListeners();
    await expect.poll(() => onReconnect.mock.calls.length).toBe(1);
    await expect.poll(() => listener.healthy()).toBe(true);
    await notify("jobs", "after");
    await expect.poll(() => seen).toEqual(["after"]);
    await listener.close();
  });

  it("does not trust a silent connection: it is not healthy until what was missed has arrived", async () => {
    const link = await TestLink.open(database.url);
    const seen: string[] = [];
    const onReconnect = vi.fn();
    const options = { url: link.url, checkMs: 20, answerMs: 60_000 };
    const listener = await listen(["jobs"], (_channel, payload) => seen.push(payload), onReconnect, options);
    link.cut();
    await expect.poll(() => listener.healthy()).toBe(false);
    await notify("jobs", "meanwhile");
    link.mend();
    await expect.poll(() => listener.healthy()).toBe(true);
    expect(seen).toEqual(["meanwhile"]);
    expect(onReconnect).not.toHaveBeenCalled();
    await listener.close();
    await link.close();
  });

  it("gives a connection up that stays silent, and connects again", async () => {
    const link = await TestLink.open(database.url);
    const onReconnect = vi.fn();
    const options = { url: link.url, checkMs: 20, answerMs: 300 };
    // A slow machine may be silent for as long.
    const listener = await vi.waitFor(() => listen(["jobs"], () => {}, onReconnect, options), { timeout: 15_000 });
    link.cut();
    const [opened, reconnected] = [link.opened, onReconnect.mock.calls.length];
    await expect.poll(() => link.opened).toBeGreaterThan(opened);
    link.mend();
    await expect.poll(() => onReconnect.mock.calls.length).toBeGreaterThan(reconnected);
    await expect.poll(() => listener.healthy()).toBe(true);
    await listener.close();
    await link.close();
  });

  it("closes although the other end is gone without a word", async () => {
    const link = await TestLink.open(database.url);
    const listener = await listen(
      ["jobs"],
      () => {},
      () => {},
      { url: link.url },
    );
    link.cut();
    await listener.close();
    expect(listener.healthy()).toBe(false);
    await link.close();
  });

  it("reports nothing after it was closed", async () => {
    const onMessage = vi.fn();
    const listener = await listen(["jobs"], onMessage, () => {}, database);
    await listener.close();
    expect(listener.healthy()).toBe(false);
    const witness = await listen(["jobs"], onMessage, () => {}, database);
    await notify("jobs", "late");
    await expect.poll(() => onMessage.mock.calls).toEqual([["jobs", "late"]]);
    await witness.close();
  });

  it("rejects when the first connection fails", async () => {
    await expect(
      listen(
        ["jobs"],
        () => {},
        () => {},
        { url: "postgresql://127.0.0.1:1/none" },
      ),
    ).rejects.toThrow();
  });
});
