import { describe, expect, it } from "vitest";
import type { Json } from "./json";
import { jsonChanges } from "./json-changes";

describe("jsonChanges", () => {
  it.each<[name: string, before: Json, after: Json, changes: object[]]>([
    ["nothing for equal values", { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ["a changed value", { a: { b: 1 } }, { a: { b: 2 } }, [{ path: ["a", "b"], kind: "changed", before: 1, after: 2 }]],
    ["a whole that was added as one", {}, { a: { b: 1 } }, [{ path: ["a"], kind: "added", after: { b: 1 } }]],
    ["what was removed", { a: 1, b: [1] }, { a: 1 }, [{ path: ["b"], kind: "removed", before: [1] }]],
    ["a null that became missing", { a: null }, {}, [{ path: ["a"], kind: "removed", before: null }]],
    ["another kind of value at once", { a: [1] }, { a: { 0: 1 } }, [{ path: ["a"], kind: "changed" }]],
    [
      "lists by position",
      [1, 2, 3],
      [1, 9],
      [
        { path: [1], kind: "changed" },
        { path: [2], kind: "removed" },
      ],
    ],
    ["a key that objects have by birth", {}, { constructor: 1 }, [{ path: ["constructor"], kind: "added" }]],
    ["the root itself", "a", null, [{ path: [], kind: "changed", before: "a", after: null }]],
  ])("gives %s", (_, before, after, changes) => {
    expect(jsonChanges(before, after)).toMatchObject({ changes, more: 0 });
    expect(jsonChanges(before, after).changes).toHaveLength(changes.length);
  });

  it("counts what is beyond the most it lists", () => {
    const list = Array.from({ length: 10 }, (_, index) => index);
    const { changes, more } = jsonChanges(list, [], { most: 3 });
    expect([changes.length, more]).toEqual([3, 7]);
  });
});
