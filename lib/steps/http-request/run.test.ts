import { describe, expect, test } from "vitest";
import type { StepError } from "@/lib/core/errors";
import { field } from "@/lib/core/testing";
import { runStep } from "../testing";
import type { OutsideResponse } from "../types";

const URL_TEXT = "https://api.example.com/orders";

function call(settings: object, secrets?: Record<string, string>) {
  const outcome = runStep("http-request", { url: URL_TEXT, ...settings }, secrets);
  if (outcome.kind !== "call") throw new Error(`Expected a call, got ${outcome.kind}`);
  return outcome;
}

const answer = (more: Partial<OutsideResponse>): OutsideResponse => ({
  status: 200,
  headers: [],
  body: null,
  sizeBytes: 0,
  ...more,
});

function errorOf(response: Partial<OutsideResponse>): StepError {
  try {
    call({}).answered(answer(response));
  } catch (error) {
    return error as StepError;
  }
  throw new Error("Expected the answer to be an error");
}

describe("the request", () => {
  test("has query, headers, and a body of nested fields as JSON", () => {
    const { request } = call({
      method: "POST",
      url: `${URL_TEXT}?a=1#top`,
      query: [field("b", "x y")],
      headers: [field("X-Trace", "t1")],
      body: [field("customer.email", "a@b.c")],
    });
    expect(request).toEqual({
      method: "POST",
      url: `${URL_TEXT}?a=1&b=x+y`,
      headers: [
        ["X-Trace", "t1"],
        ["Content-Type", "application/json"],
      ],
      body: '{"customer":{"email":"a@b.c"}}',
      timeoutMs: 5_000,
      followRedirects: true,
      secrets: [],
    });
  });

  test.each([
    [{ bodyKind: "form", body: [field("a.b", "1 2")] }, "application/x-www-form-urlencoded", "a%5Bb%5D=1+2"],
    [{ bodyKind: "raw", raw: "<a/>", rawContentType: "text/xml" }, "text/xml", "<a/>"],
    [{ bodyKind: "none", raw: "x" }, undefined, undefined],
  ])("has the body of %j", (settings, contentType, body) => {
    const { request } = call({ method: "PUT", ...settings });
    expect(new Map(request.headers).get("Content-Type")).toBe(contentType);
    expect(request.body).toBe(body);
  });

  test("has no body when its method has none", () => {
    expect(call({ method: "GET", body: [field("a", "1")] }).request).not.toHaveProperty("body");
  });

  test.each([
    [{ auth: "basic", authUser: "ada" }, ["Authorization", "Basic YWRhOnMzY3JldA=="]],
    [{ auth: "bearer" }, ["Authorization", "Bearer s3cret"]],
    [{ auth: "header", authHeader: "X-Key" }, ["X-Key", "s3cret"]],
  ])("proves who calls by %j, and does not record the secret", (settings, header) => {
    const { request, input } = call(settings, { auth: "s3cret" });
    expect(request.headers).toContainEqual(header);
    expect(request.secrets).toContain("s3cret");
    expect(JSON.stringify(input)).not.toMatch(/s3cret|YWRh/);
    expect(input).toMatchObject({ headers: { [header[0]!]: "(secret)" } });
  });

  test.each([
    [{ auth: "bearer" }, "The secret for the authentication is missing. Type it in Step Setup."],
    [{ url: "" }, '"" can\'t be called. A URL begins with http:// or https://.'],
    [{ url: "file:///etc/passwd" }, '"file:///etc/passwd" can\'t be called.'],
    [{ url: "https://ada:pw@example.com" }, "The URL holds a user name."],
    [{ headers: [field("Host", "other")] }, "The header Host is set by Spoke."],
    [{ headers: [field("X-A", "a\nb")] }, "holds a line break"],
  ])("is refused for %j", (settings, message) => {
    expect(() => call(settings)).toThrow(message);
  });
});

describe("the answer", () => {
  test("becomes the step's data, its headers in lower case", () => {
    const outcome = call({}).answered(
      answer({
        status: 201,
        headers: [
          ["X-Id", "1"],
          ["Set-Cookie", "a=1"],
          ["set-cookie", "b=2"],
        ],
        body: { id: 7 },
      }),
    );
    expect(outcome).toEqual({
      kind: "continue",
      exit: "next",
      output: { status: 201, headers: { "x-id": "1", "set-cookie": "a=1, b=2" }, body: { id: 7 } },
    });
  });

  test.each([
    [{ status: 400 }, { code: "bad_response", retryable: false, message: "The call was answered 400 Bad Request." }],
    [{ status: 401 }, { code: "auth_failed", retryable: false }],
    [{ status: 302 }, { code: "bad_response", retryable: false }],
    [{ status: 408 }, { code: "request_failed", retryable: true }],
    [
      { status: 429, retryAfterMs: 9_000 },
      { code: "rate_limited", retryable: true, retryAfterMs: 9_000 },
    ],
    [
      { status: 503, retryAfterMs: 9_000 },
      { code: "request_failed", retryable: true, retryAfterMs: 9_000 },
    ],
    [
      { status: 500, retryAfterMs: 9_000 },
      { code: "request_failed", retryable: true, retryAfterMs: undefined },
    ],
    [{ status: 599 }, { message: "The call was answered 599." }],
  ])("%j is an error", (response, error) => {
    expect(errorOf(response)).toMatchObject(error);
  });

  test("keeps the beginning of what the application said", () => {
    expect(errorOf({ status: 400, body: { reason: "no" } }).detail).toBe('{"reason":"no"}');
    expect(errorOf({ status: 400, body: { text: "x".repeat(9_000) } }).detail).toHaveLength(2_000);
  });

  test("goes on with any status when the step says so", () => {
    expect(call({ failOnStatus: false }).answered(answer({ status: 404 }))).toMatchObject({ output: { status: 404 } });
  });
});
