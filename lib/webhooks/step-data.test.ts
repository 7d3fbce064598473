import { describe, expect, it } from "vitest";
import { checkReadable, toStepData } from "./step-data";

const request = { headers: [], query: "", contentType: "application/json", body: Buffer.from("{}") };

describe("toStepData", () => {
  it("gives body, query and headers", () => {
    const data = toStepData({
      headers: [
        ["Content-Type", "application/json"],
        ["X-Two", "1"],
        ["x-two", "2"],
      ],
      query: "a[b]=1&c=%C3%BC+&c=2",
      contentType: "application/json",
      body: Buffer.from('{"order":7}'),
    });
    expect(data).toEqual({
      body: { order: 7 },
      query: { a: { b: "1" }, c: ["ü ", "2"] },
      headers: { "content-type": "application/json", "x-two": "1, 2" },
    });
  });

  it("takes any header name for a name", () => {
    const { headers } = toStepData({
      ...request,
      headers: [
        ["__proto__", "p"],
        ["constructor", "c"],
        ["toString", "t"],
      ],
    });
    expect(Object.entries(headers)).toEqual([
      ["__proto__", "p"],
      ["constructor", "c"],
      ["tostring", "t"],
    ]);
    expect(JSON.stringify(headers)).toBe('{"__proto__":"p","constructor":"c","tostring":"t"}');
  });

  it.each([
    ["a body", { body: Buffer.from("{") }],
    ["a query", { query: "__proto__[a]=1" }],
  ])("throws for %s that can't be read, and so does the check", (_what, wish) => {
    expect(() => toStepData({ ...request, ...wish })).toThrow(expect.objectContaining({ name: "BodyError" }));
    expect(() => checkReadable({ ...request, ...wish })).toThrow(expect.objectContaining({ name: "BodyError" }));
  });
});
