import { describe, expect, it } from "vitest";
import { AdmissionGate, type Backlog } from "./admission";

const nothing: Backlog = { items: 0, bytes: 0, oldestMs: 0 };

function setUp() {
  let backlog = nothing;
  const gate = new AdmissionGate(() => backlog);
  return (next: Partial<Backlog>) => {
    backlog = { ...nothing, ...next };
    return gate.isClosed;
  };
}

describe("AdmissionGate", () => {
  it.each([
    ["requests", { items: 10_000 }, { items: 9_999 }],
    ["bytes", { bytes: 128 * 2 ** 20 }, { bytes: 128 * 2 ** 20 - 1 }],
    ["a wait", { oldestMs: 5_000 }, { oldestMs: 4_999 }],
  ])("closes at a bound of %s and not before", (_what, at, below) => {
    expect(setUp()(below)).toBe(false);
    expect(setUp()(at)).toBe(true);
  });

  it.each([
    ["requests", { items: 1_000 }],
    ["bytes", { bytes: 16 * 2 ** 20 }],
    ["a wait", { oldestMs: 1_000 }],
  ])("stays closed while %s are left, and opens then", (_what, left) => {
    const isClosedWith = setUp();
    isClosedWith({ items: 20_000 });
    expect(isClosedWith(left)).toBe(true);
    expect(isClosedWith({ items: 999, bytes: 1_000, oldestMs: 900 })).toBe(false);
    expect(isClosedWith({ items: 9_000 })).toBe(false);
  });
});
