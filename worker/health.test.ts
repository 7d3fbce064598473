import { describe, expect, it } from "vitest";
import { type WorkerSigns, workerHealth, workerReadiness } from "./health";

const NOW = 1_000_000;
const well: WorkerSigns = { stopping: false, hasLease: true, heardAt: NOW - 500, turnedAt: NOW - 500 };
const checks = (signs: Partial<WorkerSigns>) => ({
  health: workerHealth({ ...well, ...signs }, NOW)?.check,
  readiness: workerReadiness({ ...well, ...signs }, NOW)?.check,
});

describe("a worker's health and readiness", () => {
  it.each<{ what: string; signs: Partial<WorkerSigns>; health?: string; readiness?: string }>([
    { what: "works", signs: {} },
    { what: "heard of the database 20 s ago", signs: { heardAt: NOW - 20_000 } },
    { what: "has not begun", signs: { hasLease: false, heardAt: 0 }, readiness: "lease" },
    { what: "lost its lease", signs: { hasLease: false }, readiness: "lease" },
    { what: "heard nothing of the database for longer", signs: { heardAt: NOW - 20_001 }, readiness: "database" },
    { what: "stops", signs: { stopping: true }, readiness: "stopping" },
    { what: "stops for long", signs: { stopping: true, turnedAt: NOW - 500_000 }, readiness: "stopping" },
    { what: "looked for work 2 min ago", signs: { turnedAt: NOW - 120_000 } },
    {
      what: "looks for work no more",
      signs: { turnedAt: NOW - 120_001 },
      health: "claims",
      readiness: "claims",
    },
  ])("one that $what: health $health, readiness $readiness", ({ signs, health, readiness }) => {
    expect(checks(signs)).toEqual({ health, readiness });
  });

  it("says for how long", () => {
    expect(workerReadiness({ ...well, heardAt: NOW - 31_000 }, NOW)?.problem).toBe(
      "The database has not answered for 31 s.",
    );
  });
});
