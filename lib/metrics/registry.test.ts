import { describe, expect, it } from "vitest";
import { readPage, table } from "@/docs/markdown";
import { stepDefinitions } from "@/lib/steps/definitions";
import { createRegistry, type MetricSources } from "./registry";
import { countRequest, countStep, tallies } from "./tallies";

const queue = {
  synchronous: { ready: 1, oldestSeconds: 0.5 },
  normal: { ready: 200_000, oldestSeconds: 61 },
  claimed: 3,
  waiting: 4,
  stopped: 5,
  held: 6,
};
const pool = { totalCount: 5, idleCount: 2, waitingCount: 1, options: { max: 5 } } as MetricSources["pools"][string];

const registryOf = (kind: "web" | "worker", wish: Partial<MetricSources> = {}) =>
  createRegistry({
    kind,
    version: "1.2.3+abcdef01",
    pools: kind === "web" ? { door: pool, pages: pool } : { worker: pool },
    queue: async () => queue,
    syncCallers: () => 7,
    worker: () => ({ slots: 64, slotsUsed: 9, hasLease: true }),
    ...wish,
  });

const namesOf = async (kind: "web" | "worker") =>
  (await registryOf(kind).getMetricsAsJSON()).map(({ name }) => name).filter((name) => name.startsWith("spoke_"));

describe("the registry", () => {
  it("shows what was counted", async () => {
    const before = tallies.requests.NOT_FOUND[404]!;
    countRequest("NOT_FOUND", 404);
    const text = await registryOf("web").metrics();
    expect(text).toContain(`spoke_webhook_requests_total{outcome="not-found",status="404"} ${before + 1}\n`);
    expect(text).toContain('spoke_build_info{kind="web",version="1.2.3+abcdef01"} 1\n');
    expect(text).toContain('spoke_database_connections{pool="door",state="busy"} 3\n');
    expect(text).toContain('spoke_queue_jobs_ready{lane="normal"} 200000\n');
    expect(text).toContain('spoke_queue_oldest_ready_seconds{lane="normal"} 61\n');
    expect(text).toContain('spoke_queue_jobs{state="stopped"} 5\n');
    expect(text).toContain('spoke_queue_jobs{state="held"} 6\n');
    expect(text).toContain("spoke_webhook_sync_callers 7\n");
  });

  it("adds up the buckets of a histogram as Prometheus wants them", async () => {
    tallies.stepSeconds.decision.counts.fill(0); // other tests of this process have run decisions
    countStep("decision", 0.05);
    countStep("decision", 5_000);
    const text = await registryOf("worker").metrics();
    expect(text).toContain('spoke_step_seconds_bucket{type="decision",le="0.0001"} 1\n');
    expect(text).toContain('spoke_step_seconds_bucket{type="decision",le="1"} 1\n');
    expect(text).toContain('spoke_step_seconds_bucket{type="decision",le="10"} 2\n');
    expect(text).toContain('spoke_step_seconds_bucket{type="decision",le="+Inf"} 2\n');
    expect(text).toContain('spoke_step_seconds_count{type="decision"} 2\n');
  });

  it("says that the database is away, and shows the rest all the same", async () => {
    const text = await registryOf("worker", { queue: async () => undefined }).metrics();
    expect(text).toContain("spoke_database_up 0\n");
    expect(text).not.toMatch(/^spoke_queue_/m);
    expect(text).toContain("spoke_worker_slots_used 9\n");
  });

  it("labels with words of ours alone", async () => {
    const text = [await registryOf("web").metrics(), await registryOf("worker").metrics()].join("\n");
    const types = [...text.matchAll(/spoke_step_seconds_count\{type="([^"]*)"/g)].map(([, type]) => type);
    expect(Object.keys(stepDefinitions)).toEqual(expect.arrayContaining(types));
    const labels = [...text.matchAll(/^spoke_\w+\{([^}]*)\}/gm)].flatMap(([, all = ""]) =>
      [...all.matchAll(/(\w+)="/g)].map(([, name]) => name),
    );
    expect([...new Set(labels)].sort()).toEqual([
      "kind",
      "lane",
      "le",
      "outcome",
      "pool",
      "result",
      "state",
      "status",
      "type",
      "version",
    ]);
  });

  it("names everything as Prometheus does", async () => {
    const metrics = [
      ...(await registryOf("web").getMetricsAsJSON()),
      ...(await registryOf("worker").getMetricsAsJSON()),
    ];
    const counters = metrics.filter(({ name, type }) => name.startsWith("spoke_") && String(type) === "counter");
    expect(counters.filter(({ name }) => !name.endsWith("_total"))).toEqual([]);
    expect(counters.length).toBeGreaterThan(5);
  });

  it("is what docs/operations.md lists, by process", async () => {
    const rows = table(readPage("docs/operations.md").text, "| metric");
    const listed = (process: string) =>
      rows
        .filter(([, where = ""]) => where === process || where === "both")
        .map(([name = ""]) => /`(\w+)/.exec(name)?.[1])
        .sort();
    expect(listed("web")).toEqual((await namesOf("web")).sort());
    expect(listed("worker")).toEqual((await namesOf("worker")).sort());
  });
});
