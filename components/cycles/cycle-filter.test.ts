import { describe, expect, it } from "vitest";
import type { CycleStateName, CycleSummary } from "@/lib/contracts/cycles";
import { countTabs, filterCycles, toCycleTab } from "./cycle-filter";

const cycle = (name: string, state: CycleStateName, failed = 0): CycleSummary => ({
  id: name,
  accountId: "account",
  name,
  state,
  stoppedAt: null,
  startedAt: null,
  discardsAt: null,
  queued: 0,
  publishedVersion: null,
  unpublished: false,
  synchronous: false,
  today: { total: failed, failed, p95Ms: null },
  lastTransactionAt: null,
  updatedAt: "2026-11-21T12:00:00.000Z",
});

const cycles = [
  cycle("Order intake", "running", 2),
  cycle("Order export", "finishing"),
  cycle("Customer lookup", "running-once"),
  cycle("GitHub events", "stopped", 1),
  cycle("Draft", "never-started"),
];
const names = (found: CycleSummary[]) => found.map(({ name }) => name);

describe("filterCycles", () => {
  it("counts what still accepts and finishes as running, and what never started as stopped", () => {
    expect(names(filterCycles(cycles, "running", ""))).toEqual(["Order intake", "Order export", "Customer lookup"]);
    expect(names(filterCycles(cycles, "stopped", ""))).toEqual(["GitHub events", "Draft"]);
  });

  it("calls failing whatever had a failure today, in any state", () => {
    expect(names(filterCycles(cycles, "failing", ""))).toEqual(["Order intake", "GitHub events"]);
  });

  it("finds names that hold every word, in any order and case", () => {
    expect(names(filterCycles(cycles, "all", "INTAKE order "))).toEqual(["Order intake"]);
  });
});

it("counts each tab over all cycles", () => {
  expect(countTabs(cycles)).toEqual({ all: 5, running: 3, stopped: 2, failing: 2 });
});

it("reads a tab that nobody offers as all", () => {
  expect(toCycleTab("constructor")).toBe("all");
  expect(toCycleTab("failing")).toBe("failing");
});
