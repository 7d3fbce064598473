import { describe, expect, it } from "vitest";
import { firstUuid7At, timeOfUuid7 } from "@/lib/core/uuid7-range";
import { lastUuid7Before, planWalks, Walk } from "./retention-walk";

const DAY_MS = 86_400_000;
const midnight = Date.UTC(2026, 10, 1);
const idAt = (ms: number) => `${firstUuid7At(new Date(ms)).slice(0, 24)}00000000000a`;

const walk = (fromMs: number, endMs: number) =>
  new Walk({ accountIds: ["a"], days: 3, after: lastUuid7Before(fromMs), endMs });

/** The slices of a walk that finds nothing, by their beginnings and ends. */
function emptySlices(empty: Walk): [number, number][] {
  const slices: [number, number][] = [];
  for (; !empty.isDone; empty.advance({ ids: [], most: 200 }))
    slices.push([timeOfUuid7(empty.slice.after), timeOfUuid7(empty.slice.before)]);
  return slices;
}

describe("lastUuid7Before", () => {
  it("comes before every id of its time, and has that time", () => {
    expect(lastUuid7Before(midnight) < firstUuid7At(new Date(midnight))).toBe(true);
    expect(timeOfUuid7(lastUuid7Before(midnight))).toBe(midnight);
  });
});

describe("Walk", () => {
  it("goes over all the time from its place to its end, in slices that lie in one day", () => {
    const slices = emptySlices(walk(midnight + 1, midnight + 5 * DAY_MS + 7));
    expect(slices[0]![0]).toBe(midnight + 1);
    expect(slices.slice(1).map(([from]) => from)).toEqual(slices.slice(0, -1).map(([, to]) => to));
    expect(slices.at(-1)![1]).toBe(midnight + 5 * DAY_MS + 7);
    expect(slices.filter(([from, to]) => Math.floor(from / DAY_MS) !== Math.floor((to - 1) / DAY_MS))).toEqual([]);
  });

  it("takes more time at once where there is little", () => {
    expect(emptySlices(walk(midnight, midnight + 31 * DAY_MS)).length).toBeLessThan(40);
  });

  it("goes on behind the last row when there may be more in the slice", () => {
    const dense = walk(midnight, midnight + DAY_MS);
    const ids = [idAt(midnight + 5), idAt(midnight + 10)];
    expect(dense.advance({ ids, most: 2 })).toBe(10);
    expect(dense.slice).toEqual({ after: ids[1], before: firstUuid7At(new Date(midnight + 30)) });
  });

  it("is done at its end, and not before", () => {
    const short = walk(midnight, midnight + 500);
    expect(short.isDone).toBe(false);
    expect(short.advance({ ids: [idAt(midnight + 3)], most: 200 })).toBe(500);
    expect(short.isDone).toBe(true);
  });
});

describe("planWalks", () => {
  const place = lastUuid7Before(midnight);
  const later = lastUuid7Before(midnight + 1_000);
  const endMs = (days: number) => midnight + 40 * DAY_MS - days * DAY_MS;

  it("takes accounts together that keep for as long and of which as much was read", () => {
    const walks = planWalks(
      [
        { accountId: "a", days: 3, after: place },
        { accountId: "b", days: 3, after: place },
        { accountId: "c", days: 4, after: place },
        { accountId: "d", days: 3, after: later },
      ],
      endMs,
    );
    expect(walks.map(({ accountIds, days, after }) => [accountIds, days, after])).toEqual([
      [["a", "b"], 3, place],
      [["c"], 4, place],
      [["d"], 3, later],
    ]);
  });

  it("plans nothing where all was read", () => {
    expect(planWalks([{ accountId: "a", days: 40, after: place }], endMs)).toEqual([]);
  });
});
