import { describe, expect, it } from "vitest";
import { createUuid7 } from "./uuid7";

const countUp = () => {
  let next = 0;
  return (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; at++) bytes[at] = next++ & 0xff;
  };
};

describe("createUuid7", () => {
  it("gives the time, the version and the variant where RFC 9562 puts them", () => {
    const uuid7 = createUuid7({ now: () => 0x0193_4b2c_1d5e, random: (bytes) => bytes.fill(0xff) });
    expect(uuid7()).toBe("01934b2c-1d5e-77ff-bfff-ffffffffffff");
  });

  it("sorts every id after the ones before, within a millisecond and when the clock is set back", () => {
    const times = [1000, 1000, 1001, 900, 900, 1002];
    const uuid7 = createUuid7({ now: () => times.shift() ?? 1002, random: countUp() });
    const ids = Array.from({ length: 20_000 }, uuid7);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("is a UUID every time", () => {
    const uuid7 = createUuid7({ now: Date.now, random: countUp() });
    const ids = Array.from({ length: 1000 }, uuid7);
    expect(
      ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
    ).toEqual([]);
  });
});
