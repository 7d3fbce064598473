import { describe, expect, it } from "vitest";
import { type Place, Unfinished } from "./unfinished";

const of = (limit: number, webhookId = "w") => ({ webhookId, cycleId: "c", stepId: "hook", limit });

function setUp({ processes = 1, found = 0 } = {}) {
  const state = { nowMs: 0, found, counts: 0, takesMs: 0, fails: false, except: [] as readonly string[] };
  const errors: unknown[] = [];
  const unfinished = new Unfinished({
    count: async ({ limit }, except) => {
      state.counts++;
      state.except = except();
      state.nowMs += state.takesMs;
      if (state.fails) throw new Error("away");
      return Math.min(state.found, limit + 1);
    },
    processes: () => processes,
    onError: (error) => errors.push(error),
    now: () => state.nowMs,
  });
  const places: Place[] = [];
  let ids = 0;
  /** Asks for places at the same moment; gives the number of those that were given. */
  async function taking(requests: number, limit = 10): Promise<number> {
    const given = await Promise.all(Array.from({ length: requests }, () => unfinished.take(of(limit), String(ids++))));
    const taken = given.filter((place): place is Place => "end" in place);
    places.push(...taken);
    return taken.length;
  }
  return { state, errors, unfinished, places, taking };
}

describe("a limit of unfinished transactions", () => {
  it("lets as many begin at the same moment as are left", async () => {
    const { state, unfinished, taking } = setUp({ found: 4 });
    expect(await taking(50)).toBe(6);
    expect(await unfinished.check(of(10))).toEqual({
      reason: "10 transactions of this webhook are unfinished; its limit is 10.",
      retryAfterSeconds: 1,
    });
    expect(state.counts).toBe(1);
  });

  it("says so of one, and of more than it counts", async () => {
    const one = setUp({ found: 1 }).unfinished;
    expect((await one.check(of(1)))?.reason).toBe("1 transaction of this webhook is unfinished; its limit is 1.");
    const many = setUp({ found: 5_000 }).unfinished;
    const more = "More than 1,000 transactions of this webhook are unfinished; its limit is 1,000.";
    expect((await many.check(of(1_000)))?.reason).toBe(more);
  });

  it("counts one that is stored meanwhile once", async () => {
    const { state, places, taking } = setUp();
    expect(await taking(1)).toBe(1);
    state.nowMs = 1_000;
    const next = taking(20);
    places[0]!.end(true);
    expect(await next).toBe(9);
    expect(state.except).toEqual(["0"]);
  });

  it("gives the place of one that was not stored to another", async () => {
    const { places, taking } = setUp();
    expect(await taking(20)).toBe(10);
    places[0]!.end(false);
    places[0]!.end(true);
    places[1]!.end(true);
    expect(await taking(20)).toBe(1);
  });

  it("counts what it let through until it is in what was counted", async () => {
    const { state, places, taking } = setUp();
    expect(await taking(10)).toBe(10);
    for (const place of places.slice(0, 8)) place.end(true);
    state.nowMs = 249;
    expect(await taking(1)).toBe(0);
    state.nowMs = 250;
    state.found = 3; // five have ended, and two are being stored
    expect(await taking(20)).toBe(5);
    expect(state.except).toEqual(["8", "9"]);
  });

  it("lets nobody wait who is let in by a number of this second", async () => {
    const { state, unfinished, taking } = setUp();
    await taking(1);
    state.nowMs = 999;
    let hasAnswer = false;
    const asked = unfinished.check(of(10)).then(() => {
      hasAnswer = true;
    });
    for (let turns = 0; turns < 3; turns++) await Promise.resolve();
    expect([hasAnswer, state.counts]).toEqual([true, 2]);
    await asked;
  });

  it("believes no older number", async () => {
    const { state, taking } = setUp();
    expect(await taking(1)).toBe(1);
    state.nowMs = 1_000;
    state.found = 10;
    expect(await taking(1)).toBe(0);
  });

  it("counts ten times as rarely as counting takes", async () => {
    const { state, taking } = setUp({ found: 10 });
    state.takesMs = 100;
    expect(await taking(1)).toBe(0);
    state.found = 0;
    state.nowMs = 999;
    expect(await taking(1)).toBe(0);
    state.nowMs = 1_000;
    expect(await taking(1)).toBe(1);
  });

  it("is shared by the web processes, each of which lets one begin", async () => {
    const { taking, unfinished } = setUp({ processes: 4, found: 2 });
    expect(await taking(50)).toBe(2);
    expect((await unfinished.check(of(10)))?.reason).toBe(
      "4 transactions of this webhook are unfinished; its limit of 10 is shared by 4 web processes.",
    );
    expect(await setUp({ processes: 4, found: 9 }).taking(50)).toBe(1);
    expect(await setUp({ processes: 4, found: 10 }).taking(50)).toBe(0);
  });

  it("takes a change with the next request", async () => {
    const { taking } = setUp({ found: 5 });
    expect(await taking(1, 5)).toBe(0);
    expect(await taking(10, 8)).toBe(3);
    expect(await taking(1, 4)).toBe(0);
  });

  it("refuses nobody while nothing can be counted, and says so once in a minute", async () => {
    const { state, errors, taking } = setUp({ found: 10 });
    expect(await taking(1)).toBe(0);
    state.fails = true;
    state.nowMs = 1_000;
    expect(await taking(5)).toBe(5);
    state.nowMs = 2_000;
    expect(await taking(5)).toBe(5);
    expect(errors).toHaveLength(1);
    state.nowMs = 61_000;
    expect(await taking(1)).toBe(1);
    expect(errors).toHaveLength(2);
    state.fails = false;
    state.nowMs = 62_000;
    await taking(1);
    expect(await taking(1)).toBe(0);
  });

  it("is of one webhook", async () => {
    const { unfinished, taking } = setUp();
    expect(await taking(20)).toBe(10);
    expect(await unfinished.check(of(10, "other"))).toBeUndefined();
  });
});
