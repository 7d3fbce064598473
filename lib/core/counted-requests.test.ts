import { expect, it } from "vitest";
import { countedFrom, countSince } from "./counted-requests";

const HOUR = 3_600_000;
const NOON = Date.parse("2026-03-01T12:00:00Z");
const NOW = NOON + HOUR / 2;
const hour = (at: number, requests: number, refused = 0) => ({
  hour: at,
  requests,
  refused,
  accepted: requests - refused,
});

it("reads from the hour before this one on", () => {
  expect(countedFrom(NOW)).toBe(NOON - HOUR);
});

it("takes nothing for new the first time", () => {
  expect(countSince([hour(NOON, 5, 2)], undefined, NOW)).toEqual({
    added: { requests: 0, refused: 0, accepted: 0 },
    counted: { from: NOON - HOUR, requests: 5, refused: 2, accepted: 3 },
  });
});

it("takes what the sums grew by, in earlier hours too", () => {
  const { counted } = countSince([hour(NOON - HOUR, 10), hour(NOON, 5, 2)], undefined, NOW);
  const { added } = countSince([hour(NOON - HOUR, 11, 1), hour(NOON, 9, 4)], counted, NOW + 60_000);
  expect(added).toEqual({ requests: 5, refused: 3, accepted: 2 });
});

it("goes on over the end of an hour, and hours later", () => {
  let counted = countSince([hour(NOON, 5)], undefined, NOW).counted;
  const hours = [hour(NOON, 6), hour(NOON + HOUR, 3), hour(NOON + 5 * HOUR, 4, 1)];
  const later = countSince(hours, counted, NOON + 5 * HOUR + 1);
  expect(later.added).toEqual({ requests: 8, refused: 1, accepted: 7 });
  counted = later.counted;
  expect(counted).toEqual({ from: NOON + 4 * HOUR, requests: 4, refused: 1, accepted: 3 });
  expect(countSince([hour(NOON + 5 * HOUR, 6, 2)], counted, NOON + 5 * HOUR + 2).added.requests).toBe(2);
});
