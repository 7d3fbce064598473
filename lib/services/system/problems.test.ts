import { describe, expect, it } from "vitest";
import type { ProcessView } from "@/lib/contracts/system";
import { problemsOf, type Situation } from "./problems";

const now = Date.parse("2026-11-21T12:00:00Z");
const process = (wish: Partial<ProcessView> = {}): ProcessView => ({
  id: "019aa000-0000-7000-8000-000000000001",
  kind: "web",
  host: "web-1",
  pid: 41,
  version: "1.0.0",
  startedAt: "2026-11-21T10:00:00Z",
  lastSeenAt: "2026-11-21T11:59:55Z",
  silent: false,
  memoryBytes: 100_000_000,
  eventLoopLagMs: 2,
  databaseMs: 3,
  slots: null,
  ...wish,
});
const worker = process({ id: "019aa000-0000-7000-8000-000000000002", kind: "worker", host: "worker-1", pid: 42 });
const lane = { ready: 0, oldestSeconds: 0 };

const situation = (wish: Partial<Situation> = {}): Situation => ({
  now,
  processes: [process(), worker],
  queue: { synchronous: lane, normal: lane, claimed: 0, waiting: 0, stopped: 0, held: 0 },
  withoutLease: new Set(),
  waiting: { door: 0 },
  notStored: 0,
  turnedAway: 0,
  rescued: 0,
  ...wish,
});
const queue = (part: Partial<Situation["queue"]>) => ({ queue: { ...situation().queue, ...part } });
const silent = { silent: true, lastSeenAt: "2026-11-21T11:57:00Z" };

describe("problemsOf", () => {
  it("says nothing when all is well", () => {
    expect(problemsOf(situation())).toEqual([]);
  });

  it.each<[string, Partial<Situation>, string, string]>([
    ["no worker", { processes: [process()] }, "no-worker", "No worker is running"],
    [
      "a process that fell silent",
      { processes: [process(silent), process(), worker] },
      "process-silent",
      "The web process on web-1 (41) has given no sign of life for 3 min",
    ],
    [
      "a worker without a lease",
      { withoutLease: new Set([worker.id]) },
      "no-lease",
      "The worker on worker-1 (42) holds no lease",
    ],
    [
      "a busy event loop",
      { processes: [process({ eventLoopLagMs: 340 }), worker] },
      "process-late",
      "The web process on web-1 (41) is 340 ms late",
    ],
    [
      "two versions",
      { processes: [process({ version: "1.1.0" }), worker] },
      "versions-differ",
      "Different versions are running: 1.0.0, 1.1.0",
    ],
    [
      "old jobs",
      queue({ normal: { ready: 5, oldestSeconds: 90 } }),
      "queue-old",
      "The oldest job has waited for 1 min 30 s",
    ],
    [
      "old synchronous jobs",
      queue({ synchronous: { ready: 1, oldestSeconds: 6 } }),
      "synchronous-queue-old",
      "The callers of synchronous webhooks have waited for 6 s",
    ],
    ["turned away", { turnedAway: 2 }, "turned-away", "2 requests were turned away unread in the last 5 min"],
    ["answers 503", { notStored: 1_200.4 }, "not-stored", "1,200 requests were answered 503 in the last 5 min"],
    ["one answer 503", { notStored: 1 }, "not-stored", "1 request was answered 503 in the last 5 min"],
    ["rescues", { rescued: 3 }, "jobs-rescued", "3 jobs were taken back from a worker in the last 5 min"],
    [
      "a slow database",
      { processes: [process({ databaseMs: 900 }), worker] },
      "database-slow",
      "The database is slow: a small write took 900 ms",
    ],
    [
      "too few connections",
      { waiting: { door: 0, pages: 2 } },
      "connections-short",
      "2 statements wait for a connection of the pool “pages”",
    ],
  ])("tells of %s", (_, wish, code, title) => {
    const problems = problemsOf(situation(wish));
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.title).toBe(title);
    expect(problems[0]?.detail).toMatch(/\.$/);
  });

  it("takes a silent worker for none", () => {
    const codes = problemsOf(situation({ processes: [process(), { ...worker, ...silent }] })).map(({ code }) => code);
    expect(codes).toEqual(["no-worker", "process-silent"]);
  });

  it("says no more of a silent process once another one was started in its place", () => {
    const started = { startedAt: "2026-11-21T11:58:00Z" };
    expect(problemsOf(situation({ processes: [process(silent), process(started), worker] }))).toEqual([]);
    const elsewhere = problemsOf(
      situation({ processes: [process(silent), process({ ...started, host: "b" }), worker] }),
    );
    expect(elsewhere.map(({ code }) => code)).toEqual(["process-silent"]);
  });

  it("puts the worst first", () => {
    const old = { normal: { ready: 9, oldestSeconds: 400 } };
    const levels = problemsOf(situation({ ...queue(old), rescued: 1, notStored: 1, waiting: { door: 1 } })).map(
      ({ level }) => level,
    );
    expect(levels).toEqual(["error", "error", "warn", "warn"]);
  });
});
