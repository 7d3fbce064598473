import { describe, expect, it } from "vitest";
import { parseHeaderValue } from "./content-type";

describe("parseHeaderValue", () => {
  it.each([
    ["application/json", "application/json", {}],
    [" Text/HTML ;Charset=UTF-8", "text/html", { charset: "UTF-8" }],
    ['multipart/form-data; boundary="a b;c"; x=1', "multipart/form-data", { boundary: "a b;c", x: "1" }],
    ['form-data; name="a\\"b\\\\c"; filename="C:\\dir\\f"', "form-data", { name: 'a"b\\c', filename: "C:\\dir\\f" }],
    ["text/plain; charset=a; charset=b", "text/plain", { charset: "a" }],
    ["text/plain;", "text/plain", {}],
    ["text/plain; charset", "text/plain", {}],
    ["text/plain; charset=", "text/plain", { charset: "" }],
    ["", "", {}],
  ])("splits %j", (header, value, parameters) => {
    const parsed = parseHeaderValue(header);
    expect(parsed.value).toBe(value);
    expect(Object.fromEntries(parsed.parameters)).toEqual(parameters);
  });
});
