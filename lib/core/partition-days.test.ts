import { describe, expect, it } from "vitest";
import { idsOfDay, listedIds, partitionDays, partitionName, readPartitionName } from "./partition-days";
import { firstUuid7At } from "./uuid7-range";

const now = new Date("2026-11-21T13:14:15.678Z");

describe("partitionDays", () => {
  it("goes from 31 days ago to 8 days ahead, by UTC", () => {
    const days = partitionDays(now).map((day) => day.toISOString());
    expect([days[0], days.at(-1), days.length]).toEqual(["2026-10-21T00:00:00.000Z", "2026-11-29T00:00:00.000Z", 40]);
  });
});

describe("idsOfDay", () => {
  it("holds the ids of its day and no other", () => {
    const { least, end } = idsOfDay(new Date("2026-11-21T00:00:00Z"));
    expect(least <= firstUuid7At(new Date("2026-11-21T00:00:00Z"))).toBe(true);
    expect(firstUuid7At(new Date("2026-11-21T23:59:59.999Z")) < end).toBe(true);
    expect(end).toBe(firstUuid7At(new Date("2026-11-22T00:00:00Z")));
  });
});

describe("listedIds", () => {
  it("lies within the days that have partitions, also a day later", () => {
    const { least, end } = listedIds(now);
    const days = partitionDays(now);
    expect(least).toBe(idsOfDay(days[0]!).least);
    expect(end).toBe(idsOfDay(days.at(-1)!).least);
  });
});

describe("partitionName", () => {
  it.each([
    ["Receipt_20261121", "2026-11-21T00:00:00.000Z", "2026-11-22T00:00:00.000Z"],
    ["Receipt_before_20261122", undefined, "2026-11-22T00:00:00.000Z"],
  ])("%s says what lies in it", (name, from, end) => {
    const partition = readPartitionName(name);
    expect(partition).toMatchObject({ name, table: "Receipt" });
    expect(partition!.from?.toISOString()).toBe(from);
    expect(partition!.end.toISOString()).toBe(end);
  });

  it("is read as it is written", () => {
    const day = partitionDays(now)[3]!;
    expect(readPartitionName(partitionName("Checkpoint", day))?.from).toEqual(day);
  });

  it.each(["Receipt_default", "Receipt", "Receipt_2026"])("%s is no day", (name) => {
    expect(readPartitionName(name)).toBeNull();
  });
});
