import { expect, it } from "vitest";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { searchedBackTo } from "./searched-back";

const time = new Date("2026-11-20T10:00:00Z");
const next = firstUuid7At(time);
const full = Array.from({ length: 50 }, () => "entry");

it("tells how far back a search looked that stopped early", () => {
  expect(searchedBackTo([{ entries: [], next }])).toEqual(time);
  expect(
    searchedBackTo([
      { entries: full, next: "" },
      { entries: ["one"], next },
    ]),
  ).toEqual(time);
});

it("tells nothing of a search that is done, or found a page", () => {
  expect(searchedBackTo(undefined)).toBeUndefined();
  expect(searchedBackTo([{ entries: [], next: null }])).toBeUndefined();
  expect(searchedBackTo([{ entries: full, next }])).toBeUndefined();
});
