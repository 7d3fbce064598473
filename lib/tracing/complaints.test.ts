import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Complaints } from "./complaints";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("reports the first complaint at once and all others once a minute", () => {
  const report = vi.fn();
  const complaints = new Complaints(report);
  complaints.note("refused");
  expect(report.mock.calls).toEqual([[{ problem: "refused", times: 1 }]]);
  for (let second = 0; second < 150; second++) {
    complaints.note(`refused ${second}`);
    vi.advanceTimersByTime(1_000);
  }
  expect(report).toHaveBeenCalledTimes(3);
  complaints.close();
  expect(report.mock.calls.map(([{ times }]) => times).reduce((sum, times) => sum + times, 0)).toBe(151);
});

it("reports at once again after a quiet minute", () => {
  const report = vi.fn();
  const complaints = new Complaints(report);
  complaints.note("refused");
  vi.advanceTimersByTime(120_000);
  complaints.note("refused again");
  expect(report).toHaveBeenLastCalledWith({ problem: "refused again", times: 1 });
});
