import { describe, expect, it } from "vitest";
import { anyTime, fromLocalInput, rangeBounds, rangeLabel, toLocalInput } from "./time-range";

const now = new Date("2026-11-21T12:00:00.000Z");

describe("rangeBounds", () => {
  it.each([
    { span: "15m", from: "2026-11-21T11:45:00.000Z" },
    { span: "24h", from: "2026-11-20T12:00:00.000Z" },
  ])("counts $span back from now", ({ span, from }) => {
    expect(rangeBounds({ ...anyTime, span }, now)).toEqual({ from });
  });

  it("takes two times as they are and leaves open ends out", () => {
    const from = "2026-11-01T00:00:00.000Z";
    expect(rangeBounds({ span: "", from, to: "" }, now)).toEqual({ from, to: undefined });
  });

  it("reads an address that someone has damaged as any time", () => {
    expect(rangeBounds({ span: "constructor", from: "soon", to: "" }, now)).toEqual({ from: undefined, to: undefined });
  });
});

describe("rangeLabel", () => {
  it("names a span, and nothing for any time", () => {
    expect(rangeLabel({ ...anyTime, span: "1h" })).toBe("Last hour");
    expect(rangeLabel(anyTime)).toBe("");
  });

  it("says that a range without an end goes on until now", () => {
    expect(rangeLabel({ ...anyTime, from: "2026-11-01T00:00:00.000Z" })).toMatch(/ – now$/);
  });
});

describe("toLocalInput", () => {
  it("gives back the same time through the control of the browser", () => {
    expect(fromLocalInput(toLocalInput("2026-11-21T12:34:00.000Z"))).toBe("2026-11-21T12:34:00.000Z");
  });

  it("is empty for what is no time", () => {
    expect(toLocalInput("")).toBe("");
    expect(fromLocalInput("")).toBe("");
  });
});
