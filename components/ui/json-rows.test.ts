import { describe, expect, it } from "vitest";
import { CHILDREN_STEP, copyableText, keyMove, openingPaths, visibleRows } from "./json-rows";

const nothing = new Map<string, number>();
const order = { id: "A-10", lines: [{ sku: "x" }, { sku: "y" }], note: null };

describe("visibleRows", () => {
  it("lists only the whole value while nothing is open", () => {
    expect(visibleRows(order, { expanded: new Set(), children: nothing })).toMatchObject([{ path: "", size: 3 }]);
  });

  it("lists the children of what is open, in their order, with their place among their siblings", () => {
    const rows = visibleRows(order, { expanded: new Set(["", "/lines"]), children: nothing });
    expect(rows.map((row) => row.path)).toEqual(["", "/id", "/lines", "/lines/0", "/lines/1", "/note"]);
    expect(rows[3]).toMatchObject({ parent: "/lines", depth: 2, name: 0, position: 1, siblings: 2 });
  });

  it("escapes names, so that no two fields share a path", () => {
    const rows = visibleRows({ "a/b": 1, a: { b: 2 }, "~": 3 }, { expanded: new Set(["", "/a"]), children: nothing });
    expect(rows.map((row) => row.path)).toEqual(["", "/a~1b", "/a", "/a/b", "/~0"]);
  });

  it("lists a long array in steps and says how many are left", () => {
    const long = Array.from({ length: 1_000 }, (_, index) => index);
    const first = visibleRows(long, { expanded: new Set([""]), children: nothing });
    expect(first).toHaveLength(1 + CHILDREN_STEP + 1);
    expect(first.at(-1)).toMatchObject({ kind: "more", parent: "", shown: CHILDREN_STEP, total: 1_000 });
    const all = visibleRows(long, { expanded: new Set([""]), children: new Map([["", 1_000]]) });
    expect(all).toHaveLength(1_001);
  });

  it("shows a field named __proto__ as any other", () => {
    const value: unknown = JSON.parse('{"__proto__": {"constructor": 1}}');
    const rows = visibleRows(value, { expanded: new Set(["", "/__proto__"]), children: nothing });
    expect(rows.map((row) => row.path)).toEqual(["", "/__proto__", "/__proto__/constructor"]);
  });
});

describe("openingPaths", () => {
  it("opens everything of a small value", () => {
    expect([...openingPaths(order, 40)]).toEqual(["", "/lines", "/lines/0", "/lines/1"]);
  });

  it("opens the first level of a large value and stops there", () => {
    const large = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`field${index}`, { a: 1, b: 2 }]));
    expect([...openingPaths(large, 40)]).toEqual([""]);
  });

  it("opens nothing of a plain value or of an empty one", () => {
    expect(openingPaths("text", 40).size).toBe(0);
    expect(openingPaths({}, 40).size).toBe(0);
  });
});

describe("keyMove", () => {
  const rows = visibleRows(order, { expanded: new Set([""]), children: nothing }); // the whole, id, lines, note
  it.each([
    ["ArrowDown goes to the next line", "ArrowDown", 0, { kind: "focus", row: rows[1] }],
    ["ArrowUp on the first line does nothing", "ArrowUp", 0, null],
    ["ArrowRight opens what is closed", "ArrowRight", 2, { kind: "toggle" }],
    ["ArrowRight goes into what is open", "ArrowRight", 0, { kind: "focus", row: rows[1] }],
    ["ArrowLeft closes what is open", "ArrowLeft", 0, { kind: "toggle" }],
    ["ArrowLeft goes to the parent", "ArrowLeft", 3, { kind: "focus", row: rows[0] }],
    ["End goes to the last line", "End", 0, { kind: "focus", row: rows[3] }],
    ["Enter opens what is closed", "Enter", 2, { kind: "toggle" }],
    ["Enter shows more of a text", "Enter", 1, { kind: "more-text" }],
    ["a letter does nothing", "x", 1, null],
  ])("%s", (_, key, index, move) => {
    expect(keyMove(key, rows, index)).toEqual(move);
  });
});

describe("copyableText", () => {
  it.each([
    ["a string as it is", 'say "hi"', 'say "hi"'],
    ["an object as indented JSON", { a: 1 }, '{\n  "a": 1\n}'],
    ["null as null", null, "null"],
    ["a value that is not there as nothing", undefined, ""],
  ])("copies %s", (_, value, text) => {
    expect(copyableText(value)).toBe(text);
  });
});
