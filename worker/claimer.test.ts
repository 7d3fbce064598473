import { beforeEach, expect, test } from "vitest";
import { Claimer } from "./claimer";
import type { Claims } from "./claims";
import { Holdings } from "./holdings";
import { Pace } from "./pace";
import { preferredWorker } from "./preferred-worker";

const WORKERS = ["one", "two", "three"];
const CYCLE = "cycle";
const preferred = preferredWorker(CYCLE, WORKERS)!;
const other = WORKERS.find((id) => id !== preferred)!;

type Answer = { workers?: string[]; leftForMs?: number | null; jobs?: number };

let asked: Parameters<Claims["claim"]>[0][];

/** A worker's claimer that has claimed once, answered so. */
async function claimer(workerId: string, { workers = WORKERS, leftForMs = null, jobs = 0 }: Answer, pace = new Pace()) {
  const claims = {
    async claim(wanted) {
      asked.push(wanted);
      return { workers, leftForMs, jobs: Array.from({ length: jobs }) };
    },
  } as Pick<Claims, "claim"> as Claims;
  const holdings = new Holdings({ slots: 8, reserved: 2 });
  const made = new Claimer({ workerId, claims, holdings, pace, loadBytes: () => 0, take: async () => {} });
  await made.claim();
  return made;
}

beforeEach(() => {
  asked = [];
});

test.each([
  { of: "one that brought many", claimed: 16, pauseMs: 40 },
  { of: "one that brought few", claimed: 15, pauseMs: 0 },
  { of: "one that brought nothing, of two workers", claimed: 0, workers: WORKERS.slice(0, 2), pauseMs: 40 },
  { of: "one that brought nothing, of many workers", claimed: 0, workers: [...WORKERS, "four", "five"], pauseMs: 100 },
  { of: "one that brought nothing, alone", claimed: 0, workers: ["one"], pauseMs: 0 },
  { of: "one that left jobs to another worker", claimed: 0, leftForMs: 120, pauseMs: 120 },
  { of: "one that left jobs that have only just come", claimed: 0, leftForMs: 400, pauseMs: 300 },
  { of: "one that left some jobs and brought others", claimed: 3, leftForMs: 120, pauseMs: 0 },
])("the pause after $of is $pauseMs ms", async ({ claimed, pauseMs, ...answer }) => {
  expect((await claimer(other, answer)).pauseMs(claimed)).toBe(pauseMs);
});

test("of a quick cycle, the worker that the others leave it to claims as much ahead as all of them would", async () => {
  const pace = new Pace();
  pace.note(CYCLE, 0.5);
  pace.note("slow", 15);
  const [its, theirs] = [await claimer(preferred, {}, pace), await claimer(other, {}, pace)];
  expect([its.ahead(CYCLE), theirs.ahead(CYCLE)]).toEqual([96, 32]);
  expect([its.ahead("slow"), its.ahead("unknown"), theirs.ahead("slow")]).toEqual([4, 1, 4]);
  await its.claim();
  const normal = asked.at(-1)!.held.find(({ cycleId, lane }) => cycleId === CYCLE && lane === 1);
  expect(normal).toMatchObject({ ahead: 96, defers: false });
});

test("a worker that knows of no other claims ahead for itself", async () => {
  const pace = new Pace();
  pace.note(CYCLE, 0.5);
  const alone = await claimer("one", { workers: ["one"] }, pace);
  expect(alone.ahead(CYCLE)).toBe(32);
});
