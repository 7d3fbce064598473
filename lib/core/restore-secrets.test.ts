import { describe, expect, it } from "vitest";
import type { Json } from "./json";
import { restoreHeaders, restoreQuery, restoreStepData } from "./restore-secrets";
import { redactHeaders, redactQuery, redactStepData, usualSecretNames } from "./secret-headers";

type Pairs = [name: string, value: string][];
const problem = (what: string) => ({ problem: expect.stringMatching(`^${what} holds ••••`) });

describe("restoreHeaders", () => {
  const stored: Pairs = [
    ["Authorization", "Bearer abc"],
    ["Cookie", "one=1"],
    ["Cookie", "two=2"],
    ["Accept", "*/*"],
  ];

  it("gives back what was shown and left as it was", () => {
    expect(restoreHeaders(redactHeaders(stored, usualSecretNames), stored)).toEqual({ value: stored });
  });

  it("takes what was typed", () => {
    const edited: Pairs = [
      ["authorization", "Bearer other"],
      ["Cookie", "three=3"],
      ["Cookie", "••••"],
    ];
    expect(restoreHeaders(edited, stored)).toEqual({ value: [...edited.slice(0, 2), ["Cookie", "two=2"]] });
  });

  it.each<[string, Pairs]>([
    ["another scheme", [["Authorization", "Basic ••••"]]],
    ["text around the dots", [["Authorization", "Bearer ••••x"]]],
    ["a header that did not come", [["X-Token", "••••"]]],
    ["one of two", [["Cookie", "••••"]]],
  ])("refuses dots with %s", (_what, edited) => {
    expect(restoreHeaders(edited, stored)).toEqual(problem(`The header ${edited[0]?.[0]}`));
  });
});

describe("restoreQuery", () => {
  const stored = "to%6Ben=a+b&page=1&secret=x&secret=y";

  it("gives back what was shown and left as it was, as it was sent", () => {
    expect(restoreQuery(redactQuery(stored, usualSecretNames), stored)).toEqual({ value: stored });
    expect(restoreQuery(`page=2&token=${encodeURIComponent("••••")}`, stored)).toEqual({ value: "page=2&to%6Ben=a+b" });
  });

  it.each([
    ["token", "token=•••••"],
    ["key", "key=••••"],
    ["secret", "secret=••••"],
  ])("refuses other dots in %s", (name, edited) => {
    expect(restoreQuery(edited, stored)).toEqual(problem(`The query parameter ${name}`));
  });
});

describe("restoreStepData", () => {
  const stored: Json = {
    body: { id: 1 },
    query: { token: ["a", "b"] },
    headers: { authorization: "Basic abc", cookie: "a=b" },
  };

  it("gives back what was shown and left as it was", () => {
    expect(restoreStepData(redactStepData(stored, usualSecretNames), stored)).toEqual({ value: stored });
  });

  it("takes what was typed, and dots in the body", () => {
    const edited: Json = { body: "••••", headers: { authorization: "Basic ••••", cookie: "c=d" } };
    const value = { body: "••••", headers: { authorization: "Basic abc", cookie: "c=d" } };
    expect(restoreStepData(edited, stored)).toEqual({ value });
    expect(restoreStepData("••••", stored)).toEqual({ value: "••••" });
  });

  it("refuses dots that nothing recorded stands behind", () => {
    const edited: Json = { query: { token: "••••" }, headers: {} };
    expect(restoreStepData(edited, null)).toEqual(problem("The query parameter token"));
    expect(restoreStepData({ headers: { "x-token": "••••" } }, stored)).toEqual(problem("The header x-token"));
    expect(restoreStepData({ query: { toString: "••••" } }, stored)).toEqual(problem("The query parameter toString"));
    expect(restoreStepData({ query: { token: ["••••", "c"] } }, stored)).toEqual(problem("The query parameter token"));
  });
});
