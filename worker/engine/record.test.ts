import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attemptOf } from "./record";

describe("attemptOf", () => {
  it("writes times as toISOString does, in whatever order they come", () => {
    const ms = fc.double({ min: 0, max: 4_102_444_800_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(ms), (times) => {
        const written = times.flatMap((time) => [attemptOf(time, time).startedAt, attemptOf(time + 1, time).startedAt]);
        expect(written).toEqual(times.flatMap((time) => [time, time + 1].map((at) => new Date(at).toISOString())));
      }),
    );
  });
});
