import { afterAll, beforeAll, expect, test } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { NEWEST_MATCH } from "./continue";
import { meetKeptRequests } from "./kept-requests";
import { countHeld, listHeld } from "./list-held";
import { loadTransactions } from "./load";
import { loadContinuations } from "./load-continuations";
import { meetTransactions } from "./meet-transactions";
import type { Db } from "./statement";

type Node = {
  "Node Type": string;
  "Index Name"?: string;
  "Relation Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Shared Hit Blocks": number;
  "Shared Read Blocks": number;
  Plans?: Node[];
};

const [accountId, few, many] = [uuid7(), uuid7(), uuid7()];
let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
  for (const [cycleId, rows] of [
    [few, 100],
    [many, 50_000],
  ]) {
    await db.pool.query(
      `INSERT INTO "ReachedWebhook" ("transactionId", "stepId", "accountId", "cycleId", seq, value, held, since)
       SELECT gen_random_uuid(), 'hook', $1, $2, n, 'value ' || n % 50, true, now() FROM generate_series(1, $3::int) AS n`,
      [accountId, cycleId, rows],
    );
  }
  await db.pool.query(`VACUUM ANALYZE "ReachedWebhook"`);
});
afterAll(() => db.close());

const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];

/** The nodes of the plans of everything that `act` asks the database, as they ran. */
async function plansOf(act: (db: Db) => Promise<unknown>): Promise<Node[]> {
  const nodes: Node[] = [];
  const query = async ({ text, values }: { text: string; values: unknown[] }) => {
    const { rows } = await db.pool.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
    nodes.push(...flat(rows[0]["QUERY PLAN"][0].Plan));
    return { rows: [] };
  };
  await act({ query } as unknown as Db);
  return nodes;
}

const blocks = ([root]: Node[]) => root!["Shared Hit Blocks"] + root!["Shared Read Blocks"];
const rowsRead = (scans: Node[]) =>
  scans
    .map((node) => node["Actual Loops"] * (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)))
    .reduce((sum, rows) => sum + rows);
const match = (cycleId: string) =>
  plansOf((on) => on.query({ text: NEWEST_MATCH, values: [cycleId, "hook", "value 7"] }));

test("the newest match is one entry of one index, among 100 as among 50,000", async () => {
  for (const cycleId of [few, many]) {
    const nodes = await match(cycleId);
    const scans = nodes.filter((node) => node["Node Type"].includes("Scan"));
    expect(scans).toMatchObject([{ "Index Name": "ReachedWebhook_match_idx", "Actual Rows": 1 }]);
    expect(nodes.map((node) => node["Node Type"])).not.toContain("Sort");
    expect(blocks(nodes)).toBeLessThanOrEqual(6);
  }
});

test("a page of held transactions is a range of one index, wherever it begins", async () => {
  for (const before of [undefined, "25000"]) {
    const nodes = await plansOf((on) =>
      listHeld(on, { accountId, cycleId: many, stepId: "hook", before, value: undefined, limit: 51 }),
    );
    expect(nodes.map((node) => node["Node Type"])).toEqual(["Limit", "Index Scan"]);
    expect(nodes[1]).toMatchObject({ "Index Name": "ReachedWebhook_held_idx", "Actual Rows": 51 });
  }
});

test("counting stops where there are many, and reads nothing of steps that hold none", async () => {
  const stepIds = ["hook", ...Array.from({ length: 8 }, (_, index) => `other${index}`)];
  const nodes = await plansOf((on) => countHeld(on, { accountId, cycleId: many, stepIds }));
  const scans = nodes.filter((node) => node["Relation Name"] === "ReachedWebhook");
  expect(scans).toMatchObject([{ "Index Name": "ReachedWebhook_held_idx" }]);
  expect(scans[0]!["Actual Rows"] * stepIds.length).toBeCloseTo(10_001, -1);
});

test("what is kept for a value is a range of one index, among 50,000 others", async () => {
  await db.pool.query(
    `INSERT INTO "KeptRequest" ("receiptId", "cycleId", "stepId", value, until)
     SELECT gen_random_uuid(), $1, 'hook', 'value ' || n % 500, now() + interval '1 hour' FROM generate_series(1, 50000) AS n`,
    [many],
  );
  await db.pool.query(`VACUUM ANALYZE "KeptRequest"`);
  const place = { cycleId: many!, stepId: "hook", value: "value 77" };
  const nodes = await plansOf(async (on) => {
    await meetTransactions(on, [{ ...place, count: 1 }], { waits: true });
    await meetKeptRequests(on, [{ ...place, transactionId: uuid7(), seq: 1 }]);
  });
  const scans = nodes.filter((node) => node["Node Type"].includes("Scan") && node["Relation Name"] === "KeptRequest");
  expect(scans).toMatchObject([
    { "Index Name": "KeptRequest_match_idx", "Actual Rows": 100 },
    { "Index Name": "KeptRequest_match_idx", "Actual Rows": 1 },
  ]);
});

test("what a transaction goes on with is found in a few rows, behind and before 10 others as 10,000", async () => {
  const [short, long] = [uuid7(), uuid7()];
  const sizes: [string, number][] = [
    [short, 10],
    [long, 10_000],
  ];
  for (const [transactionId, others] of sizes) {
    await db.pool.query(
      `INSERT INTO "Continuation" ("transactionId", number, "stepId", source, state)
       SELECT $1, n, 'hook', 'REQUEST', (CASE WHEN n <= $2 THEN 'TAKEN' ELSE 'QUEUED' END)::"ContinuationState"
       FROM generate_series(1, 2 * $2::int + 1) AS n`,
      [transactionId, others],
    );
  }
  await db.pool.query(`VACUUM ANALYZE "Continuation"`);
  for (const [transactionId, others] of sizes) {
    const loaded = await loadContinuations(db.pool, [transactionId]);
    expect(loaded.get(transactionId)).toMatchObject({ newest: 2 * others + 1, next: { number: others + 1 } });
    const nodes = await plansOf((on) => loadContinuations(on, [transactionId]));
    const scans = nodes.filter((node) => node["Relation Name"] === "Continuation");
    expect(rowsRead(scans)).toBeLessThan(20);
  }
});

test("what a transaction goes on from is a few rows, behind 10 checkpoints as behind 10,000", async () => {
  const [short, long] = [uuid7(), uuid7()];
  const sizes: [string, number][] = [
    [short, 10],
    [long, 10_000],
  ];
  for (const [transactionId, checkpoints] of sizes) {
    await db.pool.query(
      `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", state, "acceptedAt", "startedAt", input)
       VALUES ($1, $2, $3, $4, $4, 'trigger', 'RUNNING', now(), now(), '{}')`,
      [transactionId, checkpoints, accountId, many],
    );
    await db.pool.query(
      `INSERT INTO "Checkpoint" ("transactionId", number, steps, waits)
       SELECT $1::uuid, n, '[]'::json, '[]'::json FROM generate_series(1, $2::int) AS n
       UNION ALL SELECT $1, 5 - $2::int, '[]', '{}'`,
      [transactionId, checkpoints],
    );
  }
  await db.pool.query(`VACUUM ANALYZE "Transaction", "Checkpoint"`);
  for (const [transactionId, checkpoints] of sizes) {
    const batch = { transactionIds: [transactionId], maxBytes: 1_000 };
    const [loaded] = await loadTransactions(db.pool, batch);
    expect(loaded).toMatchObject({ checkpoints, summary: "{}", steps: Array(5).fill("[]") });
    const nodes = await plansOf((on) => loadTransactions(on, batch));
    expect(rowsRead(nodes.filter((node) => node["Relation Name"]?.startsWith("Checkpoint")))).toBeLessThan(20);
  }
});
