import { describe, expect, it } from "vitest";
import { acceptsRequests, type CycleState, discardsAt, STOPPED_QUEUE_MS } from "./cycle-state";

const stoppedAt = new Date("2026-03-01T12:00:00.000Z");
const after = (ms: number) => new Date(stoppedAt.getTime() + ms);

describe("acceptsRequests", () => {
  it.each<{ state: CycleState; stoppedAt: Date | null; now: Date; accepts: boolean }>([
    { state: "NEVER_STARTED", stoppedAt: null, now: after(0), accepts: false },
    { state: "RUNNING", stoppedAt: null, now: after(0), accepts: true },
    { state: "FINISHING", stoppedAt: null, now: after(0), accepts: true },
    { state: "STOPPED", stoppedAt, now: after(0), accepts: true },
    { state: "STOPPED", stoppedAt, now: after(STOPPED_QUEUE_MS - 1), accepts: true },
    { state: "STOPPED", stoppedAt, now: after(STOPPED_QUEUE_MS), accepts: false },
    { state: "STOPPED", stoppedAt, now: after(STOPPED_QUEUE_MS * 2), accepts: false },
  ])("of a cycle that is $state at $now is $accepts", ({ accepts, ...standing }) => {
    expect(acceptsRequests(standing)).toBe(accepts);
  });
});

describe("discardsAt", () => {
  it("is 24 hours after the stop", () => {
    expect(discardsAt({ state: "STOPPED", stoppedAt })).toEqual(new Date("2026-03-02T12:00:00.000Z"));
  });

  it("is nothing while the cycle runs", () => {
    expect(discardsAt({ state: "RUNNING", stoppedAt: null })).toBeNull();
  });
});
