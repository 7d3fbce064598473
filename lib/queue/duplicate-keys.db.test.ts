import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { type AcceptEntry, acceptTransactions } from "./accept";
import { channels } from "./channels";
import { deleteExpiredKeys } from "./duplicate-keys";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const [accountId, cycleId] = [randomUUID(), randomUUID()];

function entryOf(webhookId: string, key?: string, wish: Partial<AcceptEntry> = {}): AcceptEntry {
  const transactionId = uuid7();
  return {
    ...{ transactionId, accountId, cycleId, versionId: randomUUID(), stepId: "hook", lane: 1, synchronous: false },
    statusToken: null,
    receipt: {
      ...{ id: uuid7(), webhookId, identifier: "4Zt0XbIdentifierOf22Ch", accountId, cycleId, transactionId },
      ...{ receivedAt: Date.now(), method: "POST", query: "", headers: "[]", clientIp: "::1", contentType: null },
      ...{ sizeBytes: 2, body: Buffer.from("{}"), bodyCut: false, outcome: "ACCEPTED", reason: null, status: 200 },
      ...{ durationMs: 1, answer: null, duplicateOf: null },
    },
    ...(key === undefined ? {} : { unique: { key, windowSeconds: 60 } }),
    ...wish,
  };
}

const first = ({ transactionId, receipt }: AcceptEntry) => ({ transactionId, receiptId: receipt!.id });
const begun = async (entries: readonly AcceptEntry[]) => {
  const ids = entries.map(({ transactionId }) => transactionId);
  const rows = await database.prisma.transaction.findMany({ where: { id: { in: ids } }, orderBy: { seq: "asc" } });
  expect(await database.prisma.job.count({ where: { transactionId: { in: ids } } })).toBe(rows.length);
  expect(await database.prisma.receipt.count({ where: { transactionId: { in: ids } } })).toBe(rows.length);
  return rows.map(({ id }) => id);
};
const end = (webhookId: string) =>
  database.prisma.duplicateKey.updateMany({ where: { webhookId }, data: { expiresAt: new Date(Date.now() - 1_000) } });

describe("acceptTransactions with keys", () => {
  it("begins the first of each key, in order, beside those without one", async () => {
    const [here, there] = [randomUUID(), randomUUID()];
    const entries = [
      entryOf(here, 'z "quoted" \\ {key}'),
      entryOf(here),
      entryOf(here, 'z "quoted" \\ {key}'),
      entryOf(there, 'z "quoted" \\ {key}'),
      entryOf(here, "a"),
      entryOf(here),
    ];
    const firsts = await acceptTransactions(database.pool, entries);
    expect([...firsts]).toEqual([[entries[2]!.transactionId, first(entries[0]!)]]);
    const others = entries.filter((entry) => entry !== entries[2]);
    expect(await begun(entries)).toEqual(others.map(({ transactionId }) => transactionId));
  });

  it("knows a key of an earlier batch until its window is over", async () => {
    const webhookId = randomUUID();
    const [one, two, three, four] = Array.from({ length: 4 }, () => entryOf(webhookId, "evt_1"));
    expect([...(await acceptTransactions(database.pool, [one!]))]).toEqual([]);
    expect([...(await acceptTransactions(database.pool, [two!]))]).toEqual([[two!.transactionId, first(one!)]]);
    await end(webhookId);
    expect([...(await acceptTransactions(database.pool, [three!]))]).toEqual([]);
    expect([...(await acceptTransactions(database.pool, [four!]))]).toEqual([[four!.transactionId, first(three!)]]);
    expect(await begun([one!, two!, three!, four!])).toEqual([one!.transactionId, three!.transactionId]);
  });

  it("begins one of many batches at the same time, whatever order their keys have", async () => {
    const webhookId = randomUUID();
    const keys = Array.from({ length: 20 }, (_, number) => `evt_${number}`);
    const batches = Array.from({ length: 8 }, (_, number) =>
      (number % 2 ? keys : keys.toReversed()).map((key) => entryOf(webhookId, key)),
    );
    const all = await Promise.all(batches.map((batch) => acceptTransactions(database.pool, batch)));
    const ids = await begun(batches.flat());
    expect(ids).toHaveLength(keys.length);
    expect(all.reduce((sum, firsts) => sum + firsts.size, 0)).toBe(7 * keys.length);
    expect(new Set(all.flatMap((firsts) => [...firsts.values()].map(({ transactionId }) => transactionId)))).toEqual(
      new Set(ids),
    );
  });

  it("keeps no key of a batch that is not committed, so that its retry begins", async () => {
    const webhookId = randomUUID();
    const bad = entryOf(webhookId, undefined, { accountId: "not a UUID" });
    await expect(acceptTransactions(database.pool, [entryOf(webhookId, "evt_1"), bad])).rejects.toThrow();
    expect(await database.prisma.duplicateKey.count({ where: { webhookId } })).toBe(0);
    expect([...(await acceptTransactions(database.pool, [entryOf(webhookId, "evt_1")]))]).toEqual([]);
  });

  it("waits for a batch that holds the key and is undone, and begins then", async () => {
    const webhookId = randomUUID();
    const other = await database.pool.connect();
    await other.query("BEGIN");
    await acceptTransactions(other, [entryOf(webhookId, "evt_1")]);
    const entry = entryOf(webhookId, "evt_1");
    const accepted = acceptTransactions(database.pool, [entry]);
    await database.waiting(other);
    await other.query("ROLLBACK");
    other.release();
    expect([...(await accepted)]).toEqual([]);
    expect(await begun([entry])).toEqual([entry.transactionId]);
  });

  it("knows keys where a hold may be on the cycle, too", async () => {
    const webhookId = randomUUID();
    const [one, two] = [
      entryOf(webhookId, "evt_1", { mayBeHeld: true }),
      entryOf(webhookId, "evt_1", { mayBeHeld: true }),
    ];
    expect([...(await acceptTransactions(database.pool, [one, two]))]).toEqual([[two.transactionId, first(one)]]);
    expect(await begun([one, two])).toEqual([one.transactionId]);
  });

  it("notifies the workers once", async () => {
    const client = await database.pool.connect();
    const heard: string[] = [];
    client.on("notification", ({ channel }) => heard.push(channel));
    await client.query(`LISTEN ${channels.jobs}`);
    const webhookId = randomUUID();
    await acceptTransactions(client, [entryOf(webhookId, "a"), entryOf(webhookId, "b"), entryOf(webhookId, "b")]);
    await client.query("SELECT 1");
    expect(heard).toEqual([channels.jobs]);
    await client.query("UNLISTEN *");
    client.release();
  });
});

describe("deleteExpiredKeys", () => {
  it("forgets the keys whose window is over, and no others", async () => {
    const [over, open] = [randomUUID(), randomUUID()];
    await acceptTransactions(database.pool, [entryOf(over, "a"), entryOf(over, "b"), entryOf(open, "a")]);
    await end(over);
    expect(await deleteExpiredKeys(database.pool)).toBeGreaterThanOrEqual(2);
    expect(await database.prisma.duplicateKey.count({ where: { webhookId: over } })).toBe(0);
    expect(await database.prisma.duplicateKey.count({ where: { webhookId: open } })).toBe(1);
  });
});
