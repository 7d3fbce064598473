import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ReceiptQuery } from "@/lib/contracts/webhooks";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { searchReceipts } from "@/lib/queue/search-receipts";
import type { Db } from "@/lib/queue/statement";
import {
  acceptRequest,
  createPublishedCycle,
  createWorld,
  type MadeCycle,
  refuseRequest,
  type World,
} from "../testing";
import { listReceiptsOfStep } from "./list-of-step";

let database: TestDatabase;
let world: World;
let cycle: MadeCycle;
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
});
beforeEach(async () => {
  cycle = await createPublishedCycle(world.builder);
});
afterAll(() => database.close());

const list = (query: Partial<ReceiptQuery> = {}) =>
  listReceiptsOfStep(world.viewer, { cycleId: cycle.cycleId, stepId: "start" }, { limit: 50, ...query });
const foundBy = async (query: Partial<ReceiptQuery>) => (await list(query)).entries.map(({ id }) => id);

const refused = { outcome: "NOT_ACTIVE", status: 406 } as const;
const sent = (body: string | Buffer, rest: object = {}) =>
  refuseRequest(world.builder, cycle, { ...refused, body: Buffer.from(body as string), ...rest });

describe("a search for a value of the body", () => {
  it.each<[string, string, string | Buffer]>([
    ["JSON that PHP wrote", "https://shop.test/Zoë", String.raw`{"url":"https:\/\/shop.test\/Zo\u00eb"}`],
    ["a form", "ann@example.com", "name=Ann+Lee&email=ann%40example.com"],
    ["XML", "Fish & Chips", "<name>Fish &amp; Chips</name>"],
    ["Latin-1", "Zoë", Buffer.from("name;Zoë", "latin1")],
    ["upper case", "lamp-3 é", "LAMP-3 é"],
    ["a body with a NUL and backslashes", String.raw`a\000`, Buffer.from("\0\\a\\000\0")],
    ["JSON as it was typed", '"id": "A-1"', '{"id": "A-1"}'],
  ])("finds it in %s", async (_kind, text, body) => {
    const id = await sent(body);
    await sent("something else");
    expect(await foundBy({ q: text })).toEqual([id]);
  });

  it.each<[string, string, string | Buffer]>([
    ["303", "the number of a byte", "café"],
    ["000", "the number of a NUL", Buffer.from([0, 0, 0])],
    ["%", "a wildcard", "abc"],
    ["_", "a wildcard", "abc"],
    ["a.c", "a pattern", "abc"],
    ["\\", "an escape", Buffer.from([255, 254])],
    ['\'; DROP TABLE "Receipt"; --', "SQL", "abc"],
    ["{}", "an array", "abc"],
    ["x".repeat(1_000), "a long text", "x".repeat(999)],
    ["\ud83d\ude00\u202e", "signs of another plane", "abc"],
  ])("takes %s for text, not for %s", async (text, _what, body) => {
    await sent(body);
    expect(await foundBy({ q: text })).toEqual([]);
    const id = await sent(`before ${text} after`);
    expect(await foundBy({ q: text })).toEqual([id]);
  });

  it("gives 500 of them page by page, each once and newest first", async () => {
    const ids: string[] = [];
    while (ids.length < 500)
      ids.push(...(await Promise.all(Array.from({ length: 10 }, (_, n) => sent(`{"order":"bulk","n":${n}}`)))));
    await sent("another");
    const found: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await list({ q: "BULK", limit: 200, cursor });
      found.push(...page.entries.map(({ id }) => id));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(found).toEqual(ids.sort().reverse());
    expect(await foundBy({ q: "bulk", outcome: "accepted" })).toEqual([]);
  });
});

describe("a search among large bodies", () => {
  it("looks at a few of them at a time, and goes on to the last", async () => {
    const [first] = [await sent("needle"), await sent("small")];
    for (let n = 0; n < 6; n++) await sent(`{"n":${n}}`);
    const size = 9 * 1024 * 1024;
    await database.pool.query(
      `UPDATE "Receipt" SET body = convert_to(repeat('x', $2), 'UTF8') WHERE "cycleId" = $1 AND body > $3`,
      [cycle.cycleId, size, Buffer.from("{")],
    );
    await database.pool.query(
      `UPDATE "Receipt" SET body = convert_to('{' || repeat('x', $2) || 'needle', 'UTF8') WHERE id = $1`,
      [first, size],
    );
    const { webhookId } = await database.prisma.receipt.findUniqueOrThrow({ where: { id: first } });
    const search = { webhookId, text: "needle", limit: 50 };
    let looks = 0;
    const counting = {
      query: (statement: { text: string }) => {
        if (statement.text.includes("octet_length")) looks++;
        return database.pool.query(statement);
      },
    } as unknown as Db;
    const found: string[] = [];
    for (let before: string | undefined; ; ) {
      const page = await searchReceipts(counting, { ...search, before });
      found.push(...page.ids);
      if (page.next === null) break;
      before = page.next;
    }
    expect(found).toEqual([first]);
    expect(looks).toBe(4); // at two of the seven large ones each
  });
});

describe("a search for a transaction's id", () => {
  it("finds the request that began it and those that continued it", async () => {
    const { receiptId, transactionId } = await acceptRequest(world.builder, cycle);
    const continuing = [await sent("{}", { outcome: "ACCEPTED" }), await sent("{}", { outcome: "ACCEPTED" })];
    await sent("{}");
    const continuation = { transactionId, stepId: "start", source: "REQUEST" } as const;
    await database.prisma.continuation.createMany({
      data: continuing.map((id, index) => ({ ...continuation, number: index + 1, receiptId: id })),
    });
    const expected = [receiptId, ...continuing].sort().reverse();
    expect(await foundBy({ q: transactionId })).toEqual(expected);
    expect(await foundBy({ q: transactionId.slice(0, 30).toUpperCase(), limit: 2 })).toEqual(expected.slice(0, 2));
    const other = { cycleId: (await createPublishedCycle(world.builder)).cycleId, stepId: "start" };
    expect((await listReceiptsOfStep(world.viewer, other, { limit: 50, q: transactionId })).entries).toEqual([]);
  });
});

describe("a search for a caller", () => {
  it.each([
    ["2001:db8::1", "2001:0DB8:0:0:0:0:0:0001"],
    ["198.51.100.7", "::ffff:198.51.100.7"],
    ["198.51.100.7", " 198.51.100.7"],
  ])("finds %s written as %s", async (clientIp, written) => {
    const id = await sent("{}", { clientIp });
    await sent("{}");
    expect(await foundBy({ clientIp: written })).toEqual([id]);
  });

  it.each(["198.51.100", "' OR true", "%", "*"])("finds nobody by %s", async (clientIp) => {
    await sent("{}");
    expect(await foundBy({ clientIp })).toEqual([]);
  });
});

describe("a search for a time", () => {
  it.each([
    [{ from: "0000-01-01T00:00:00Z", to: "9999-12-31T23:59:59+14:00" }, 1],
    [{ to: "0000-01-01T00:00:00Z" }, 0],
    [{ from: "9999-12-31T23:59:59Z" }, 0],
  ])("takes any year: %j", async (query, count) => {
    await sent("{}");
    expect(await foundBy(query)).toHaveLength(count);
  });
});

describe("searches together", () => {
  const noon = Date.now() - 3_600_000;
  const ways = {
    id: (id: string) => ({ q: id }),
    body: () => ({ q: "needle" }),
    ip: () => ({ clientIp: "203.0.113.5" }),
    answer: () => ({ outcome: "unreadable" as const }),
    time: () => ({ from: new Date(noon).toISOString(), to: new Date(noon + 1_000).toISOString() }),
  };
  const pairs = Object.keys(ways).flatMap((one, at, all) => all.slice(at + 1).map((other) => [one, other] as const));

  const at = (ms: number) => ({ id: firstUuid7At(new Date(ms)).slice(0, 13) + uuid7().slice(13), receivedAt: ms });
  const wanted = { outcome: "UNREADABLE", status: 400, clientIp: "203.0.113.5" };

  it.each(pairs.filter(([one, other]) => one !== "id" || other !== "body"))(
    "narrow by %s and %s",
    async (one, other) => {
      const id = await sent("a needle", { ...wanted, ...at(noon + 500) });
      // Each differs from what is looked for in one thing.
      await sent("a pin", { ...wanted, ...at(noon + 500) });
      await sent("a needle", { ...wanted, ...refused, ...at(noon + 500) });
      await sent("a needle", { ...wanted, clientIp: "203.0.113.6", ...at(noon + 500) });
      await sent("a needle", { ...wanted, ...at(noon + 2_000) });
      const both = { ...ways[one as keyof typeof ways](id), ...ways[other as keyof typeof ways](id) };
      const found = await foundBy(both);
      expect(found).toContain(id);
      expect(found).toHaveLength(one === "id" ? 1 : 3);
      const all = { ...ways.body(), ...ways.ip(), ...ways.answer(), ...ways.time() };
      expect(await foundBy(all)).toEqual([id]);
      expect(await foundBy({ ...all, clientIp: "203.0.113.7" })).toEqual([]);
    },
  );
});
