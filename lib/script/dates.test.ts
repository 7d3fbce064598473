import { describe, expect, it } from "vitest";
import { addToDate, clockOf, dateDifference, formatDate, readDate } from "./dates";

describe("addToDate", () => {
  it.each([
    ["2024-01-31T10:00:00Z", 1, "month", "2024-02-29T10:00:00.000Z"],
    ["2024-03-31", -1, "months", "2024-02-29T00:00:00.000Z"],
    ["2024-02-29", 1, "year", "2025-02-28T00:00:00.000Z"],
    ["2024-11-30", 1, "quarter", "2025-02-28T00:00:00.000Z"],
    ["2026-03-01", -1, "Days", "2026-02-28T00:00:00.000Z"],
    ["2026-03-01", 90, "minutes", "2026-03-01T01:30:00.000Z"],
    [1_772_323_200, 1, "week", "2026-03-08T00:00:00.000Z"],
  ])("moves %s by %d %s to %s", (date, amount, unit, expected) => {
    expect(addToDate(readDate(date), amount, unit)).toBe(expected);
  });

  it("knows no name of every object as a unit", () => {
    expect(() => addToDate(0, 1, "constructor")).toThrow("The unit must be one of");
    expect(() => addToDate(0, 1, "__proto__")).toThrow("The unit must be one of");
  });
});

describe("dateDifference", () => {
  it.each([
    ["2026-01-31", "2026-02-28", "months", 1],
    ["2026-01-31", "2026-02-27", "months", 0],
    ["2026-02-27", "2026-01-31", "months", 0],
    ["2024-02-29", "2026-02-28", "years", 2],
    ["2026-01-02", "2026-01-01", "days", -1],
    ["2026-01-01T00:00:00Z", "2026-01-01T00:00:59Z", "minutes", 0],
  ])("from %s to %s in %s is %d", (from, to, unit, expected) => {
    expect(dateDifference(readDate(from), readDate(to), unit)).toBe(expected);
  });
});

describe("formatDate", () => {
  const time = Date.UTC(2026, 6, 4, 15, 5, 9, 7);
  it.each([
    ["YYYY-MM-DD HH:mm:ss.SSS", "UTC", "2026-07-04 15:05:09.007"],
    ["D/M/YY h:mm a", "UTC", "4/7/26 3:05 pm"],
    ["dddd, ddd, MMMM, MMM hh A", "UTC", "Saturday, Sat, July, Jul 03 PM"],
    ["[Day] D [at] H:m:s Z ZZ", "UTC", "Day 4 at 15:5:9 +00:00 +0000"],
    ["HH:mm Z", "America/St_Johns", "12:35 -02:30"],
    ["DD HH:mm ZZ", "Pacific/Auckland", "05 03:05 +1200"],
    ["X x", "Europe/London", "1783177509 1783177509007"],
    ["HH:mm Z", "europe/LONDON", "16:05 +01:00"],
    ["HH:mm Z", "-03:30", "11:35 -03:30"],
    ["HH:mm Z", "Etc/GMT+5", "10:05 -05:00"],
  ])("writes %s in %s as %s", (pattern, zone, expected) => {
    expect(formatDate(time, pattern, zone)).toBe(expected);
  });

  it("names every month and day in English", () => {
    const named = (pattern: string) => (_: unknown, index: number) =>
      formatDate(index * 31 * 86_400_000, pattern, "UTC");
    const months = "January February March April May June July August September October November December";
    expect(Array.from({ length: 12 }, named("MMMM")).join(" ")).toBe(months);
    expect(Array.from({ length: 7 }, named("ddd")).toSorted().join(" ")).toBe("Fri Mon Sat Sun Thu Tue Wed");
  });

  it.each(["Mars/Phobos", "+1:00", "", "__proto__"])("knows no time zone %j", (zone) => {
    expect(() => formatDate(time, "HH", zone)).toThrow("The time zone is not known");
  });

  it("makes one clock for a time zone, however often and in whatever letters it is asked for", () => {
    expect(clockOf("asia/TOKYO")).toBe(clockOf("Asia/Tokyo"));
    expect(clockOf("Asia/Seoul")).not.toBe(clockOf("Asia/Tokyo"));
    expect(() => clockOf("Asia/Atlantis")).toThrow("The time zone is not known");
  });

  it("refuses a pattern that is too long", () => {
    expect(() => formatDate(time, "[".repeat(201), "UTC")).toThrow("A pattern has 200 characters at most");
  });
});
