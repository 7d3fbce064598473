import { describe, expect, it } from "vitest";
import type { ReceiptView } from "@/lib/contracts/webhooks";
import { parseRequestText, toRequestText } from "./edited-request";

const receipt = {
  headers: [
    ["Content-Type", "text/plain"],
    ["X-Time", "12:30"],
  ],
  query: "?page=2",
  body: { text: "hello", base64: null, cut: false },
} as unknown as ReceiptView;
const binary = { ...receipt, body: { text: null, base64: "AAH/", cut: false } };

describe("a request that is edited", () => {
  it("comes back as it was when nothing was typed", () => {
    expect(parseRequestText(toRequestText(receipt), receipt)).toEqual({
      request: { headers: receipt.headers, query: "page=2", body: "hello", encoding: "text" },
    });
  });

  it("keeps a body that is no text until another is typed", () => {
    const text = toRequestText(binary);
    expect(parseRequestText(text, binary)).toMatchObject({ request: { body: "AAH/", encoding: "base64" } });
    expect(parseRequestText({ ...text, body: "{}" }, binary)).toMatchObject({
      request: { body: "{}", encoding: "text" },
    });
  });

  it("says which line is no header", () => {
    expect(parseRequestText({ headers: "A: 1\n\nno colon", query: "", body: "" }, receipt)).toEqual({
      problem: "Write line 3 like Content-Type: application/json.",
    });
  });
});
