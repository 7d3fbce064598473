import { afterAll, beforeAll, expect, test } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { makePartitions } from "./make-partitions";
import { searchTransactions, type TransactionSearch } from "./search-transactions";
import type { Db } from "./statement";
import { walkJobs } from "./walk-jobs";

const HOUR_MS = 3_600_000;
const [many, mixed, rare] = [uuid7(), uuid7(), uuid7()];
let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
  await makePartitions(db.pool);
  await makeAccount(many, {
    cycles: 2,
    transactions: 60_000,
    state: `CASE WHEN n % 20000 = 0 THEN 'WAITING' ELSE 'QUEUED' END`,
  });
  // Most of the newest are of one cycle, which all others are behind.
  const state = `(ARRAY['QUEUED', 'COMPLETED', 'WAITING', 'QUEUED', 'RUNNING', 'QUEUED', 'FAILED'])[1 + n % 7]`;
  await makeAccount(mixed, {
    cycles: 70,
    transactions: 6_000,
    state,
    cycle: "CASE WHEN n > 4500 THEN 0 ELSE n % 71 END",
  });
  // Of what is queued there are some of each status, in both lanes.
  await makeAccount(rare, {
    cycles: 30,
    transactions: 30_000,
    state: `CASE WHEN n % 501 = 0 THEN 'QUEUED' ELSE 'WAITING' END`,
  });
  await db.pool.query(
    `UPDATE "Job" SET lane = seq % 2, status = (ARRAY['READY', 'HELD', 'CLAIMED'])[1 + seq % 3]::"JobStatus",
       "stepId" = 'hook', "lockedBy" = CASE WHEN seq % 3 = 2 THEN "transactionId" END
     WHERE "accountId" = $1 AND status = 'READY'`,
    [rare],
  );
  await db.pool.query(`VACUUM ANALYZE "Job", "Transaction", "Cycle"`);
}, 60_000);
afterAll(() => db.close());

type Given = { cycles: number; transactions: number; state: string; cycle?: string };

/** Transactions of the last ten hours, and the jobs of those that have not ended. `state` and `cycle` are SQL on their number `n`. */
async function makeAccount(accountId: string, { cycles, transactions, state, cycle = `n % ${cycles}` }: Given) {
  const partner = await db.prisma.partner.create({ data: { name: "Partner" } });
  await db.prisma.account.create({ data: { id: accountId, partnerId: partner.id, name: "Account" } });
  await db.prisma.cycle.createMany({
    data: Array.from({ length: cycles }, (_, n) => ({ accountId, name: `Cycle ${n}`, draft: {} })),
  });
  await db.pool.query(
    `WITH made AS (
       INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", state, "acceptedAt", "endedAt", error)
       SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008' || substr(md5(n::text), 1, 15))::uuid,
         nextval('acceptance_seq'), $1, cycles[1 + (${cycle}) % $2::int], $1, 'hook', (${state})::"TransactionState", at,
         CASE WHEN (${state}) IN ('COMPLETED', 'FAILED') THEN at END,
         'note ' || n % 500
       FROM (SELECT array_agg(id ORDER BY name) AS cycles FROM "Cycle" WHERE "accountId" = $1) AS cycle,
         (SELECT n, now() - (1 - n / $3::float8) * interval '10 hours' AS at FROM generate_series(1, $3::int) AS n ORDER BY n) AS row
       RETURNING *
     )
     INSERT INTO "Job" (seq, "transactionId", "accountId", "cycleId", lane, "runAt", status, "lockedBy", claim)
     SELECT seq, id, "accountId", "cycleId", 1, now(),
       (CASE state WHEN 'QUEUED' THEN 'READY' WHEN 'RUNNING' THEN 'CLAIMED' ELSE 'WAITING' END)::"JobStatus",
       CASE WHEN state = 'RUNNING' THEN id END, CASE WHEN state = 'QUEUED' THEN 0 ELSE 1 END
     FROM made WHERE state IN ('QUEUED', 'RUNNING', 'WAITING')`,
    [accountId, cycles, transactions],
  );
}

type Node = {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  Plans?: Node[];
};

const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];

/** The nodes of the plans of everything that `act` asks the database, as they ran. */
async function plansOf(act: (on: Db) => Promise<unknown>): Promise<Node[]> {
  const nodes: Node[] = [];
  const query = async ({ text, values }: { text: string; values: unknown[] }) => {
    const { rows } = await db.pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
    nodes.push(...flat(rows[0]["QUERY PLAN"][0].Plan));
    return db.pool.query(text, values);
  };
  await act({ query } as unknown as Db);
  return nodes;
}

const rowsRead = (nodes: Node[]) => nodes.reduce((sum, node) => sum + node["Actual Rows"] * node["Actual Loops"], 0);

/** Expects that few jobs were read, by the indexes of the statuses of what is queued. */
function expectFewJobs(nodes: Node[]) {
  const jobs = nodes.filter((node) => node["Relation Name"] === "Job");
  expect([...new Set(jobs.map((node) => node["Index Name"]))].sort()).toEqual([
    "Job_claimed_idx",
    "Job_held_idx",
    "Job_pkey",
    "Job_ready_idx",
  ]);
  expect(rowsRead(jobs)).toBeLessThan(2_100);
}

/** All pages of a list, one after the other. */
async function allPages(search: Omit<TransactionSearch, "limit">): Promise<string[]> {
  const ids: string[] = [];
  let next: string | null = search.before ?? null;
  do {
    const page = await searchTransactions(db.pool, { ...search, before: next ?? undefined, limit: 50 });
    ids.push(...page.ids);
    next = page.next;
  } while (next !== null);
  return ids;
}

async function idsOf(accountId: string, where: string): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>(
    `SELECT id FROM "Transaction" WHERE "accountId" = $1 AND ${where} ORDER BY seq DESC`,
    [accountId],
  );
  return rows.map(({ id }) => id);
}

test.each([
  ["the newest page", 0],
  ["a page in the middle", 30_000],
])("%s of many queued transactions reads a few of the jobs, cycle by cycle", async (_what, place) => {
  const before = (await idsOf(many, "state = 'QUEUED'"))[place];
  const nodes = await plansOf((on) => searchTransactions(on, { accountId: many, state: "QUEUED", before, limit: 50 }));
  expectFewJobs(nodes);
  expect(rowsRead(nodes)).toBeLessThan(15_000);
});

test("few queued transactions behind many waiting ones are read by the indexes of their statuses", async () => {
  const all = { accountId: rare, state: "QUEUED", before: undefined, rows: 100, jobs: 1_000 } as const;
  const nodes = await plansOf(async (on) => {
    const { ids, next } = await walkJobs(on, all);
    expect(ids).toEqual(await idsOf(rare, "state = 'QUEUED'"));
    expect(next).toBeNull();
  });
  expectFewJobs(nodes);
});

test("few queued transactions are found, whatever their status, on pages of any size and in one cycle", async () => {
  const wanted = await idsOf(rare, "state = 'QUEUED'");
  for (const rows of [1, 7, 100]) {
    const found: string[] = [];
    let before: string | undefined;
    do {
      const { ids, next } = await walkJobs(db.pool, {
        accountId: rare,
        state: "QUEUED",
        before,
        rows,
        jobs: 10 * rows,
      });
      found.push(...ids);
      before = next ?? undefined;
    } while (before !== undefined);
    expect(found).toEqual(wanted);
  }
  const { cycleId } = await db.prisma.transaction.findFirstOrThrow({ where: { id: wanted[0]! } });
  const ofCycle = await idsOf(rare, `state = 'QUEUED' AND "cycleId" = '${cycleId}'`);
  expect(ofCycle.length).toBeGreaterThan(1);
  expect(await allPages({ accountId: rare, state: "QUEUED", cycleId })).toEqual(ofCycle);
});

test.each(["QUEUED", "WAITING", "RUNNING"])(
  "the pages hold each %s transaction once, in the order of acceptance",
  async (state) => {
    const wanted = await idsOf(mixed, `state = '${state}'`);
    expect(wanted.length).toBeGreaterThan(800);
    expect(await allPages({ accountId: mixed, state })).toEqual(wanted);
  },
);

test("few waiting transactions are found among many queued ones", async () => {
  const wanted = await idsOf(many, "state = 'WAITING'");
  expect(wanted).toHaveLength(3);
  expect(await allPages({ accountId: many, state: "WAITING" })).toEqual(wanted);
});

test("the list keeps to a cycle, a time, an id and a text", async () => {
  const { id: cycleId } = await db.prisma.cycle.findFirstOrThrow({ where: { accountId: mixed, name: "Cycle 7" } });
  const [from, to] = [new Date(Date.now() - 6 * HOUR_MS), new Date(Date.now() - 5 * HOUR_MS)];
  const queued = { accountId: mixed, state: "QUEUED" };
  const isIn = `state = 'QUEUED' AND "acceptedAt" BETWEEN '${from.toISOString()}' AND '${to.toISOString()}'`;
  expect(await allPages({ ...queued, cycleId })).toEqual(
    await idsOf(mixed, `state = 'QUEUED' AND "cycleId" = '${cycleId}'`),
  );
  expect(await allPages({ ...queued, from, to })).toEqual(await idsOf(mixed, isIn));
  expect(await allPages({ ...queued, text: "note 77" })).toEqual(
    await idsOf(mixed, `state = 'QUEUED' AND error = 'note 77'`),
  );
  const [first] = await idsOf(mixed, "state = 'QUEUED'");
  expect(await allPages({ ...queued, text: first! })).toEqual([first]);
});

test("a page goes on behind a transaction that has ended or is gone meanwhile", async () => {
  const wanted = await idsOf(mixed, "state = 'WAITING'");
  const page = await searchTransactions(db.pool, { accountId: mixed, state: "WAITING", limit: 50 });
  await db.pool.query(`DELETE FROM "Job" WHERE "transactionId" = $1`, [page.next]);
  await db.pool.query(`DELETE FROM "Transaction" WHERE id = $1`, [page.next]);
  const rest = await allPages({ accountId: mixed, state: "WAITING", before: page.next! });
  expect([...page.ids, ...rest]).toEqual(wanted);
});

test("another account's are not found", async () => {
  const { id: cycleId } = await db.prisma.cycle.findFirstOrThrow({ where: { accountId: many } });
  expect(await allPages({ accountId: mixed, state: "QUEUED", cycleId })).toEqual([]);
  expect(await allPages({ accountId: uuid7(), state: "QUEUED" })).toEqual([]);
});
