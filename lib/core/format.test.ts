import { describe, expect, it } from "vitest";
import { formatBytes, formatCount, formatDuration, formatRelative } from "./format";

describe("formatDuration", () => {
  it.each([
    [0, "0 ms"],
    [0.3, "<1 ms"],
    [38, "38 ms"],
    [999.4, "999 ms"],
    [999.6, "1 s"],
    [1_000, "1 s"],
    [2_420, "2.4 s"],
    [9_949, "9.9 s"],
    [9_950, "10 s"],
    [59_499, "59 s"],
    [59_600, "1 min"],
    [190_000, "3 min 10 s"],
    [3_599_600, "1 h"],
    [75_060_000, "20 h 51 min"],
    [86_399_000, "1 d"],
    [86_400_000, "1 d"],
    [273_600_000, "3 d 4 h"],
    [-5, "0 ms"],
  ])("writes %d ms as %s", (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [512, "512 B"],
    [1_023, "1023 B"],
    [1_024, "1 KB"],
    [1_229, "1.2 KB"],
    [10_240, "10 KB"],
    [1_048_000, "1023 KB"],
    [1_048_500, "1 MB"],
    [10_485_760, "10 MB"],
    [1_610_612_736, "1.5 GB"],
  ])("writes %d bytes as %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe("formatCount", () => {
  it.each([
    [0, "0"],
    [950, "950"],
    [999, "999"],
    [1_000, "1k"],
    [1_234, "1.2k"],
    [38_400, "38k"],
    [999_900, "1M"],
    [2_500_000, "2.5M"],
  ])("writes %d as %s", (count, text) => expect(formatCount(count)).toBe(text));
});

describe("formatRelative", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  it.each([
    [0, "now"],
    [9, "now"],
    [-9, "now"],
    [38, "38 s ago"],
    [120, "2 min ago"],
    [3_599, "59 min ago"],
    [-10_800, "in 3 h"],
    [5 * 86_400, "5 d ago"],
    [65 * 86_400, "2 mo ago"],
    [-400 * 86_400, "in 1 y"],
  ])("writes a time %d s before now as %s", (seconds, text) => {
    expect(formatRelative(new Date(now.getTime() - seconds * 1_000), now)).toBe(text);
  });
});
