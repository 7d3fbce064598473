import { describe, expect, it } from "vitest";
import { firstUuid7At, isUuid, uuidRange } from "./uuid7-range";

describe("firstUuid7At", () => {
  it("begins with the time in milliseconds", () => {
    expect(firstUuid7At(new Date(0x0199_1234_5678))).toBe("01991234-5678-7000-8000-000000000000");
  });

  it("orders like time", () => {
    expect(firstUuid7At(new Date(1_000)) < firstUuid7At(new Date(1_001))).toBe(true);
  });
});

describe("uuidRange", () => {
  it.each([
    ["01991234", "01991234-0000-0000-0000-000000000000", "01991234-ffff-ffff-ffff-ffffffffffff"],
    ["01991234-", "01991234-0000-0000-0000-000000000000", "01991234-ffff-ffff-ffff-ffffffffffff"],
    ["01991234-56", "01991234-5600-0000-0000-000000000000", "01991234-56ff-ffff-ffff-ffffffffffff"],
    ["0199123456", "01991234-5600-0000-0000-000000000000", "01991234-56ff-ffff-ffff-ffffffffffff"],
  ])("covers every id that begins with %s", (beginning, least, greatest) => {
    expect(uuidRange(beginning)).toEqual({ least, greatest });
  });

  it.each(["0199123", "order 10", "01991234zz", "0199-1234", ""])("is nothing for %j", (text) => {
    expect(uuidRange(text)).toBeNull();
  });
});

describe("isUuid", () => {
  it("knows a UUID from other text", () => {
    expect([isUuid("01991234-5678-7000-8000-00000000000A"), isUuid("01991234"), isUuid("' OR 1=1")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
