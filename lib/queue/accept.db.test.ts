import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { type AcceptEntry, acceptTransactions } from "./accept";
import { channels, SOMEBODY_WAITS } from "./channels";
import type { ReceiptRow } from "./receipt-rows";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const cycleId = randomUUID();

function receiptOf(transactionId: string, wish: Partial<ReceiptRow> = {}): ReceiptRow {
  return {
    id: uuid7(),
    webhookId: randomUUID(),
    identifier: "4Zt0XbIdentifierOf22Ch",
    accountId: randomUUID(),
    cycleId,
    receivedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    method: "POST",
    query: "",
    headers: "[]",
    clientIp: "203.0.113.7",
    contentType: null,
    sizeBytes: 0,
    body: null,
    bodyCut: false,
    outcome: "ACCEPTED",
    reason: null,
    status: 200,
    durationMs: 1.5,
    transactionId,
    answer: null,
    duplicateOf: null,
    ...wish,
  };
}

function entryOf(wish: Partial<AcceptEntry> = {}, receipt?: Partial<ReceiptRow>): AcceptEntry {
  const transactionId = uuid7();
  return {
    transactionId,
    accountId: randomUUID(),
    cycleId,
    versionId: randomUUID(),
    stepId: "hook",
    lane: 1,
    synchronous: false,
    statusToken: null,
    receipt: receiptOf(transactionId, receipt),
    ...wish,
  };
}

const transactionOf = (id: string) => database.prisma.transaction.findUniqueOrThrow({ where: { id } });

describe("acceptTransactions", () => {
  it("writes receipt, transaction and job of each entry", async () => {
    const body = Buffer.from([0, 1, 2, 0xff, 0x5c, 0x22]);
    const headers = [
      ["Content-Type", "application/json"],
      ["X-Odd", 'a "quoted" \\ {value}, NULL'],
    ];
    const entry = entryOf(
      { lane: 0, synchronous: true, statusToken: "token" },
      { query: "a=1&b=ü", headers: JSON.stringify(headers), contentType: "application/json", body, sizeBytes: 6 },
    );
    await acceptTransactions(database.pool, [entryOf(), entry, entryOf()]);

    const receipt = await database.prisma.receipt.findUniqueOrThrow({ where: { id: entry.receipt!.id } });
    expect(receipt).toMatchObject({
      query: "a=1&b=ü",
      headers,
      contentType: "application/json",
      clientIp: "203.0.113.7",
      outcome: "ACCEPTED",
      transactionId: entry.transactionId,
      receivedAt: new Date("2026-01-02T03:04:05.678Z"),
    });
    expect(Buffer.from(receipt.body!)).toEqual(body);
    const transaction = await transactionOf(entry.transactionId);
    expect(transaction).toMatchObject({
      state: "QUEUED",
      receiptId: receipt.id,
      synchronous: true,
      statusToken: "token",
      input: null,
      versionId: entry.versionId,
      stepId: "hook",
    });
    const job = await database.prisma.job.findUniqueOrThrow({ where: { seq: transaction.seq } });
    expect(job).toMatchObject({ transactionId: entry.transactionId, lane: 0, status: "READY", claim: 0 });
  });

  it("gives the order of the entries to seq", async () => {
    const entries = Array.from({ length: 200 }, () => entryOf());
    await acceptTransactions(database.pool, entries);
    const rows = await database.prisma.transaction.findMany({
      where: { id: { in: entries.map((entry) => entry.transactionId) } },
      orderBy: { seq: "asc" },
    });
    expect(rows.map((row) => row.id)).toEqual(entries.map((entry) => entry.transactionId));
  });

  it("begins a replay without a receipt of its own, with changed data", async () => {
    const [replayOf, receiptId] = [randomUUID(), randomUUID()];
    const input = { body: { text: 'nul \u0000, quote " and \\', emoji: "🙂" }, query: {}, headers: {} };
    const entry = entryOf({ receipt: null, receiptId, replayOf, input });
    await acceptTransactions(database.pool, [entry]);
    expect(await transactionOf(entry.transactionId)).toMatchObject({ receiptId, replayOf });
    const stored = await database.pool.query(`SELECT input FROM "Transaction" WHERE id = $1`, [entry.transactionId]);
    expect(stored.rows[0].input).toEqual(input);
  });

  it("writes nothing of a batch in which one row cannot be written", async () => {
    const good = entryOf();
    const bad = entryOf({ accountId: "not a UUID" });
    await expect(acceptTransactions(database.pool, [good, bad])).rejects.toThrow();
    expect(await database.prisma.transaction.findUnique({ where: { id: good.transactionId } })).toBeNull();
    expect(await database.prisma.receipt.findUnique({ where: { id: good.receipt!.id } })).toBeNull();
  });

  describe("tells the workers once for the whole batch", () => {
    const synchronous = (cycleId: string) => entryOf({ cycleId, synchronous: true, lane: 0 });
    const [one, two] = [randomUUID(), randomUUID()];
    const many = Array.from({ length: 101 }, () => synchronous(randomUUID()));

    async function heardOf(accept: () => Promise<unknown>) {
      const client = await database.pool.connect();
      const heard: (string | undefined)[] = [];
      client.on("notification", (message) => heard.push(message.payload));
      await client.query(`LISTEN ${channels.jobs}`);
      await accept();
      await database.pool.query(`SELECT pg_notify('${channels.jobs}', 'the last one')`);
      await expect.poll(() => heard.at(-1)).toBe("the last one");
      await client.query("UNLISTEN *");
      client.release();
      return heard.slice(0, -1);
    }

    it.each<[string, AcceptEntry[], string]>([
      ["nothing more of normal jobs", [entryOf(), entryOf(), entryOf()], ""],
      ["the cycles of synchronous ones", [synchronous(one), synchronous(two), synchronous(one)], `${one},${two}`],
      ["that somebody waits when there are both", [synchronous(one), entryOf()], SOMEBODY_WAITS],
      ["that somebody waits when there are too many cycles to name", many, SOMEBODY_WAITS],
    ])("%s", async (_, entries, payload) => {
      expect(await heardOf(() => acceptTransactions(database.pool, entries))).toEqual([payload]);
    });

    it("nothing of normal jobs when that is left to the caller, and all of those that somebody waits for", async () => {
      const quietly = (...entries: AcceptEntry[]) => heardOf(() => acceptTransactions(database.pool, entries, true));
      expect(await quietly(entryOf(), entryOf())).toEqual([]);
      expect(await quietly(synchronous(one))).toEqual([one]);
      expect(await quietly(entryOf(), synchronous(one))).toEqual([SOMEBODY_WAITS]);
    });

    it("which requests came first, also when it says nothing to the workers", async () => {
      const unique = { key: "evt_1", windowSeconds: 60 };
      const first = entryOf({ unique });
      const again = entryOf({ unique }, { webhookId: first.receipt?.webhookId });
      await acceptTransactions(database.pool, [first], true);
      const firsts = await acceptTransactions(database.pool, [again], true);
      expect(firsts.get(again.transactionId)).toMatchObject({ transactionId: first.transactionId });
    });
  });
});
