import { describe, expect, test } from "vitest";
import { field } from "@/lib/core/testing";
import { runStep } from "../testing";

function answer(settings: object) {
  const outcome = runStep("sync-response", settings);
  return outcome.kind === "respond" ? outcome.response : outcome;
}

const fields = [field("order.id", "7"), field("order.tag", "a&b")];

describe("Synchronous Response", () => {
  test.each([
    ["application/json", "application/json", '{"order":{"id":"7","tag":"a&b"}}'],
    ["application/vnd.api+json; v=1", "application/vnd.api+json; v=1", '{"order":{"id":"7","tag":"a&b"}}'],
    [
      "application/xml",
      "application/xml; charset=utf-8",
      '<?xml version="1.0" encoding="UTF-8"?><order><id>7</id><tag>a&amp;b</tag></order>',
    ],
    ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "order%5Bid%5D=7&order%5Btag%5D=a%26b"],
  ])("sends fields as %s", (contentType, sent, body) => {
    expect(answer({ status: 201, contentType, fields })).toEqual({
      status: 201,
      headers: [["Content-Type", sent]],
      body,
    });
  });

  test("sends raw text as it is, in UTF-8", () => {
    expect(answer({ contentType: "text/html", bodyKind: "raw", raw: "<b>ü</b>" })).toEqual({
      status: 200,
      headers: [["Content-Type", "text/html; charset=utf-8"]],
      body: "<b>ü</b>",
    });
  });

  test("sends mapped headers, and lets them name the content type", () => {
    const headers = [field(" X-Order ", "7"), field("content-type", "application/hal+json")];
    expect(answer({ headers, fields: [] })).toMatchObject({
      headers: [
        ["X-Order", "7"],
        ["content-type", "application/hal+json"],
      ],
    });
  });

  test("sends no body with 204", () => {
    expect(answer({ status: 204, fields })).toEqual({ status: 204, headers: [], body: "" });
  });

  test.each([
    [[field("X-A", "a\r\nSet-Cookie: b=1")], "holds a line break"],
    [[field("X-A", "日本")], "a character that headers can't carry"],
    [[field("X A", "1")], '"X A" can\'t be the name of a header.'],
    [[field("Content-Length", "3")], "The header Content-Length is set by Spoke."],
    [[field("Connection", "close")], "The header Connection is set by Spoke."],
    [[field("transfer-encoding", "chunked")], "The header transfer-encoding is set by Spoke."],
  ])("refuses the headers %j", (headers, message) => {
    expect(() => answer({ headers })).toThrow(message);
  });

  test("refuses a content type that is none", () => {
    expect(() => answer({ contentType: "json\r\nX: y" })).toThrow("can't be a content type");
  });
});
