import { describe, expect, it } from "vitest";
import { bodySpellings } from "./body-spellings";

/** A body as `bytesHold` sees it. */
const seen = (body: string | Buffer) =>
  Buffer.from(body as string)
    .toString("latin1")
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());

describe("bodySpellings", () => {
  it.each(["A-1001", "550e8400-e29b-41d4-a716-446655440000", "order.id_7", "303"])("is one of %s", (text) => {
    expect(bodySpellings(text)).toEqual([text.toLowerCase()]);
  });

  it.each<[string, string, string | Buffer]>([
    ["JSON", `a "quoted" \\ text`, JSON.stringify({ note: `a "quoted" \\ text` })],
    ["JSON with escaped slashes", "https://shop.test/1", String.raw`{"url":"https:\/\/shop.test\/1"}`],
    ["JSON in ASCII", "Zoë 😀", String.raw`{"name":"Zo\u00EB \ud83d\ude00"}`],
    ["JSON in ASCII with escaped slashes", "Zoë/1", String.raw`{"name":"Zo\u00eb\/1"}`],
    ["JSON in UTF-8", "Zoë", JSON.stringify({ name: "Zoë" })],
    ["a form", "ann@example.com", "email=ann%40example.com"],
    ["a form with plus signs", "Ann Lee (1+1)", "name=Ann+Lee+%281%2B1%29"],
    ["a form without plus signs", "Ann Lee (1+1)", `name=${encodeURIComponent("Ann Lee (1+1)")}`],
    ["a form in UTF-8", "Zoë", "name=Zo%C3%AB"],
    ["XML", `Fish & "Chips" <1>`, `<name>Fish &amp; "Chips" &lt;1&gt;</name>`],
    ["an attribute in XML", `Fish & "Chips"`, `<order name="Fish &amp; &quot;Chips&quot;"/>`],
    ["CSV", `6" pipe`, `id,name\r\n1,"6"" pipe"`],
    ["Latin-1", "Zoë", Buffer.from("Zoë", "latin1")],
    ["upper case", "lamp-3", "LAMP-3"],
  ])("is in %s", (_kind, text, body) => {
    expect(bodySpellings(text).some((spelling) => seen(body).includes(spelling))).toBe(true);
  });

  it("takes half of a character for a text like any other", () => {
    expect(bodySpellings("\ud83d")[0]).toBe(Buffer.from("\ufffd").toString("latin1"));
  });
});
