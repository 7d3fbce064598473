import { describe, expect, it } from "vitest";
import { countEnd, countRequest, countStep, tallies } from "./tallies";
import { Distribution } from "./tally";

describe("Distribution", () => {
  it("counts a value for the first bound that it doesn't exceed", () => {
    const distribution = new Distribution([1, 2, 5]);
    for (const value of [0, 1, 1.5, 5, 5.1]) distribution.observe(value);
    expect(distribution.counts).toEqual([2, 1, 1, 1]);
    expect(distribution.count).toBe(5);
    expect(distribution.sum).toBeCloseTo(12.6);
  });
});

describe("counting", () => {
  it("tells statuses of one outcome apart", () => {
    const before = [...tallies.requests.ACCEPTED];
    countRequest("ACCEPTED", 202);
    countRequest("ACCEPTED", 202);
    countRequest("ACCEPTED", 200);
    expect(tallies.requests.ACCEPTED[202]! - before[202]!).toBe(2);
    expect(tallies.requests.ACCEPTED[200]! - before[200]!).toBe(1);
  });

  it("counts transactions in states that are ends, and in no other", () => {
    const before = tallies.ended.COMPLETED.value;
    for (const state of ["COMPLETED", "RUNNING", "WAITING", "toString"]) countEnd(state);
    expect(tallies.ended.COMPLETED.value - before).toBe(1);
  });

  it("knows step types only: what a graph calls otherwise makes no figure", () => {
    const types = Object.keys(tallies.stepSeconds);
    for (const type of ["set-fields", "made-up", "constructor"]) countStep(type, 2);
    expect(Object.keys(tallies.stepSeconds)).toEqual(types);
    expect(tallies.stepSeconds["set-fields"].sum).toBeCloseTo(0.002);
  });

  it("takes a clock that was set back for no time at all", () => {
    const before = tallies.stepSeconds.note.sum;
    countStep("note", -5);
    expect(tallies.stepSeconds.note.sum).toBe(before);
  });
});
