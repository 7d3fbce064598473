import { describe, expect, it } from "vitest";
import { callerOf, parseTraceparent, requestSpanIdOf, stepSpanIdOf, toTraceparent, traceIdOf } from "./trace-context";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

describe("parseTraceparent", () => {
  it.each([
    { flags: "00", sampled: false },
    { flags: "01", sampled: true },
    { flags: "03", sampled: true },
    { flags: "02", sampled: false },
  ])("reads flags $flags as sampled: $sampled", ({ flags, sampled }) => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-${flags}`)).toEqual({ traceId, spanId, sampled });
  });

  it("reads what later versions share with 00", () => {
    expect(parseTraceparent(`01-${traceId}-${spanId}-01-more`)).toEqual({ traceId, spanId, sampled: true });
  });

  it.each([
    ["nothing", ""],
    ["an unknown form", "hello"],
    ["version ff", `ff-${traceId}-${spanId}-01`],
    ["more than version 00 has", `00-${traceId}-${spanId}-01-more`],
    ["capital letters", `00-${traceId.toUpperCase()}-${spanId}-01`],
    ["a short trace id", `00-${traceId.slice(1)}-${spanId}-01`],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${spanId}-01`],
    ["a span id of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
    ["blanks around it", ` 00-${traceId}-${spanId}-01`],
  ])("ignores %s", (_what, text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });
});

describe("callerOf", () => {
  const value = `00-${traceId}-${spanId}-01`;

  it("finds the header however it is spelled", () => {
    expect(
      callerOf([
        ["Accept", "*/*"],
        ["TraceParent", value],
      ]),
    ).toEqual({ traceId, spanId, sampled: true });
  });

  it("believes none of two", () => {
    expect(
      callerOf([
        ["traceparent", value],
        ["traceparent", value],
      ]),
    ).toBeUndefined();
  });
});

describe("ids", () => {
  const uuid = "0190f3d2-7c1a-7abc-9def-0123456789ab";

  it("are the transaction's own for its trace and its request", () => {
    expect(traceIdOf(uuid)).toBe("0190f3d27c1a7abc9def0123456789ab");
    expect(requestSpanIdOf(uuid)).toBe("9def0123456789ab");
  });

  it("differ by transaction, step and visit, and are the same wherever they are made", () => {
    const ids = [
      stepSpanIdOf(uuid, "a", 1),
      stepSpanIdOf(uuid, "a", 2),
      stepSpanIdOf(uuid, "b", 1),
      stepSpanIdOf(uuid.replace("9def", "8def"), "a", 1),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(stepSpanIdOf(uuid, "a", 1)).toBe(ids[0]);
    expect(ids.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
  });

  it("make a header that reads back", () => {
    const place = { traceId, spanId, sampled: false };
    expect(parseTraceparent(toTraceparent(place))).toEqual(place);
  });
});
