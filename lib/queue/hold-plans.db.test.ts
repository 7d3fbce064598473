import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { beginHold } from "./begin-hold";
import { drainHold } from "./drain-hold";
import type { Db } from "./statement";
import { discardPart, drainPart } from "./tend-hold";
import { type PlanNode, plansOf } from "./testing-plans";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await fill();
});
afterAll(() => db.close());

const accountId = uuid7();
const [cycleId, otherCycleId] = [uuid7(), uuid7()];

/** Many held jobs of two cycles of the account and of another account, one after the other. */
async function fill() {
  await db.pool.query(
    `INSERT INTO "Job" ("accountId", "cycleId", lane, seq, "transactionId", "runAt", "stepId", status)
     SELECT account, cycle, 1, nextval('acceptance_seq'), gen_random_uuid(), now(), 'trigger', 'HELD'
     FROM generate_series(1, 10000), (VALUES ($1::uuid, $2::uuid), ($1, $3), ($4, $4)) AS of(account, cycle)`,
    [accountId, cycleId, otherCycleId, uuid7()],
  );
  await db.pool.query(`ANALYZE "Job"`);
}

const within = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(within)];
const ofJobs = (node: PlanNode) => node["Relation Name"] === "Job" && node["Node Type"] !== "ModifyTable";

const targets: [string, { cycleId: string | null; stepId: string | null }][] = [
  ["an account", { cycleId: null, stepId: null }],
  ["a cycle", { cycleId, stepId: null }],
  ["a webhook", { cycleId, stepId: "trigger" }],
];
const acts: [string, (on: Db, id: string) => Promise<unknown>][] = [
  ["drained", drainPart],
  ["discarded", discardPart],
];

describe.each(targets)("of many held jobs of %s", (_, target) => {
  test.each(acts)("the first are %s without reading the others", async (_name, act) => {
    const id = await beginHold(db.pool, { accountId, ...target, heldBy: null });
    await drainHold(db.pool, { id, accountId, perSecond: null, drainedBy: null });
    const nodes = await plansOf(db.pool, (on) => act(on, id), "BEGIN");
    const scans = nodes.filter(ofJobs);
    expect(scans.length).toBeGreaterThan(0);
    // By an index of held jobs, or by the numbers that were found so; the first of them in its order, without sorting the others.
    for (const scan of scans) expect(scan["Index Cond"]).toMatch(/ROW\(|= ANY/);
    const sorted = nodes.filter((node) => node["Node Type"] === "Sort").flatMap((sort) => within(sort).filter(ofJobs));
    for (const scan of sorted) expect(scan["Index Cond"]).toContain("= ANY");
  });
});
