import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "./json";
import { formatPath, kindOf, listPaths, parsePath, readPath } from "./path";

describe("parsePath", () => {
  it.each([
    ["", []],
    ["body", ["body"]],
    ["body.order.lines[0].sku", ["body", "order", "lines", 0, "sku"]],
    ['body["a.b"][2]', ["body", "a.b", 2]],
    ["[0].name", [0, "name"]],
    ['["first name"].x', ["first name", "x"]],
    ["body.First Name", ["body", "First Name"]],
    ["soap:Envelope.@id.#text", ["soap:Envelope", "@id", "#text"]],
    ["a.0.b", ["a", "0", "b"]],
    ['a["\\"q\\u007b"]', ["a", '"q{']],
    ["größe.日本", ["größe", "日本"]],
  ])("reads %j", (text, path) => expect(parsePath(text)).toEqual(path));

  it.each([[".a"], ["a."], ["a..b"], ["a[b]"], ["a[-1]"], ["a[0"], ["a]"], ["a{b"], ['a["\\x"]'], [" a"], ["a[0]b"]])(
    "does not take %j for a path",
    (text) => expect(parsePath(text)).toBeUndefined(),
  );

  it("reads back every path that formatPath writes", () => {
    const path = fc.array(fc.oneof(fc.string({ unit: "grapheme" }), fc.string(), fc.integer({ min: 0, max: 1e6 })));
    fc.assert(
      fc.property(path, (segments) => {
        expect(parsePath(formatPath(segments))).toEqual(segments);
      }),
    );
  });
});

describe("formatPath", () => {
  it.each([
    [["body", "order", "lines", 0, "sku"], "body.order.lines[0].sku"],
    [["a.b", "c d"], '["a.b"]["c d"]'],
    [["a", "0"], 'a["0"]'],
    [["a", ""], 'a[""]'],
    [["}}"], '["\\u007d\\u007d"]'],
  ])("writes %j", (path, text) => expect(formatPath(path)).toBe(text));
});

describe("readPath", () => {
  const value = JSON.parse('{"a":{"b":[{"c":1},null]},"":"empty","__proto__":{"x":1}}') as Json;

  it.each([
    [[], value],
    [["a", "b", 0, "c"], 1],
    [["a", "b", "0", "c"], 1],
    [["a", "b", 1], null],
    [[""], "empty"],
    [["__proto__", "x"], 1],
    [["a", "b", 2], undefined],
    [["a", "b", "length"], undefined],
    [["a", "constructor"], undefined],
    [["a", "__proto__"], undefined],
    [["a", "b", "map"], undefined],
    [["", "length"], undefined],
    [["", 0], undefined],
    [["a", "b", 1, "c"], undefined],
  ])("reads %j", (path, expected) => expect(readPath(value, path)).toEqual(expected));

  it("finds nothing in nothing", () => expect(readPath(undefined, ["a"])).toBeUndefined());
});

describe("kindOf", () => {
  it.each([
    [null, "null"],
    [[], "list"],
    [{}, "object"],
    ["", "text"],
    [0, "number"],
    [false, "boolean"],
  ])("names the kind of %j", (value, kind) => expect(kindOf(value)).toBe(kind));
});

describe("listPaths", () => {
  it("lists parents before their fields and the first item of lists", () => {
    const sample: Json = { order: { id: 7, lines: [{ sku: "x" }, { other: 1 }] }, tags: [] };
    expect(listPaths(sample).map(({ path, kind }) => [formatPath(path), kind])).toEqual([
      ["order", "object"],
      ["order.id", "number"],
      ["order.lines", "list"],
      ["order.lines[0]", "object"],
      ["order.lines[0].sku", "text"],
      ["tags", "list"],
    ]);
  });

  it("stops at maxItems and maxDepth", () => {
    expect(listPaths([1, 2], { maxItems: 0 })).toEqual([]);
    expect(listPaths({ a: 1, b: 2, c: 3 }, { maxItems: 2 })).toHaveLength(2);
    expect(listPaths({ a: { b: { c: 1 } } }, { maxDepth: 2 }).map(({ path }) => path)).toEqual([["a"], ["a", "b"]]);
  });

  it("gives each entry the value that readPath reads there", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        const sample = JSON.parse(JSON.stringify(raw)) as Json;
        for (const entry of listPaths(sample)) expect(readPath(sample, entry.path)).toEqual(entry.sample);
      }),
    );
  });
});
