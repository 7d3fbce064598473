import { describe, expect, it } from "vitest";
import type { ReceiptOutcome } from "@/lib/queue/receipt-rows";
import { HourlyCap } from "./hourly-cap";

const HOUR_MS = 3_600_000;
const webhookId = "webhook";

/** How many of `wanted` receipts are given. */
function take(cap: HourlyCap, outcome: ReceiptOutcome, wanted: number, hour = 0): number {
  let taken = 0;
  for (let asked = 0; asked < wanted; asked++) if (cap.take(webhookId, hour, outcome)) taken++;
  return taken;
}

const counts = (outcome: ReceiptOutcome, count: number, unrecorded = 0, hour = 0) => [
  { webhookId, hour, outcome, count, unrecorded },
];

describe("HourlyCap", () => {
  it("gives so many an hour of all outcomes together", () => {
    const cap = new HourlyCap(10);
    expect([take(cap, "FOUND", 7), take(cap, "NOT_VERIFIED", 7), take(cap, "FOUND", 1)]).toEqual([7, 3, 0]);
    expect(take(cap, "FOUND", 20, HOUR_MS)).toBe(10);
  });

  it("keeps some of each outcome for what comes behind a flood of another", () => {
    const cap = new HourlyCap(10, 2);
    expect(take(cap, "FOUND", 1_000)).toBe(10);
    expect([take(cap, "NOT_VERIFIED", 1_000), take(cap, "UNREADABLE", 1), take(cap, "UNREADABLE", 5)]).toEqual([
      2, 1, 1,
    ]);
    expect(take(cap, "FOUND", 1)).toBe(0);
  });

  it("counts what other processes gave, and its own only once", () => {
    const cap = new HourlyCap(10, 2);
    expect(take(cap, "FOUND", 4)).toBe(4);
    cap.learn(counts("FOUND", 4), counts("FOUND", 9));
    expect(take(cap, "FOUND", 5)).toBe(1);
    cap.learn(counts("NOT_VERIFIED", 0), counts("NOT_VERIFIED", 102, 100));
    expect(take(cap, "NOT_VERIFIED", 5)).toBe(0);
  });

  it("does not count requests whose receipts nobody limits", () => {
    const cap = new HourlyCap(10);
    cap.learn(counts("KEPT", 500), counts("KEPT", 500));
    cap.learn(counts("ACCEPTED", 500), counts("ACCEPTED", 500));
    expect(take(cap, "FOUND", 20)).toBe(10);
  });
});
