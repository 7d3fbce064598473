import { describe, expect, it } from "vitest";
import { bodyText } from "./body-text";

const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("Zoë", "utf16le")]);

describe("bodyText", () => {
  it.each<[string, Buffer, string | null, string | null]>([
    ["UTF-8", Buffer.from("Zoë"), "text/plain", "Zoë"],
    ["Latin-1", Buffer.from("Zoë", "latin1"), "text/plain; charset=iso-8859-1", "Zoë"],
    ["UTF-16 with a byte order mark", utf16, "application/json", "Zoë"],
    ["no type at all", Buffer.from("{}"), null, "{}"],
    ["nothing", Buffer.alloc(0), null, ""],
    ["bytes that are no text", Buffer.from([0x89, 0x50, 0x4e, 0x47]), "image/png", null],
    ["control characters", Buffer.from([0, 1, 2]), "text/plain", null],
    ["a charset that nobody knows", Buffer.from("a"), "text/plain; charset=nope", null],
  ])("reads %s", (_what, bytes, contentType, text) => {
    expect(bodyText(bytes, contentType, false)).toBe(text);
  });

  it("leaves out a letter that was cut through", () => {
    const bytes = Buffer.from("Zoë").subarray(0, 3);
    expect(bodyText(bytes, null, true)).toBe("Zo");
    expect(bodyText(bytes, null, false)).toBeNull();
  });
});
