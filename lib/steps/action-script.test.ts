import { describe, expect, it } from "vitest";
import { requestAfter, requestGlobals, responseAfter } from "./action-script";
import type { OutsideRequest } from "./types";

const request = (changes: Partial<OutsideRequest> = {}): OutsideRequest => ({
  method: "POST",
  url: "https://example.com/a?x=1&x=2&y=%20",
  headers: [["Content-Type", "application/json"]],
  body: `{ "id": 7 }`,
  timeoutMs: 1_000,
  followRedirects: true,
  secrets: [],
  ...changes,
});
const changed = (given: OutsideRequest, changes: ReturnType<typeof requestGlobals>) => {
  const before = requestGlobals(given);
  return requestAfter(given, before, { ...before, ...changes });
};

describe("requestGlobals", () => {
  it("reads the body by its content type", () => {
    expect(requestGlobals(request()).method_request).toEqual({ id: 7 });
    const form = request({ headers: [["Content-Type", "application/x-www-form-urlencoded"]], body: "a[b]=1&c=2" });
    expect(requestGlobals(form).method_request).toEqual({ a: { b: "1" }, c: "2" });
    expect(requestGlobals(request({ body: "{broken" })).method_request).toBe("{broken");
    expect(requestGlobals(request({ body: undefined })).method_request).toBeNull();
  });

  it("keeps URL and query apart", () => {
    expect(requestGlobals(request())).toMatchObject({
      method_request_url: "https://example.com/a",
      method_request_parameters: { x: ["1", "2"], y: " " },
    });
  });

  it("leaves out headers that carry a secret, wherever in them it stands", () => {
    const headers: OutsideRequest["headers"] = [
      ["Authorization", "Bearer s3cret-7"],
      ["X-Other", "a s3cret-7 b"],
      ["Accept", "*/*"],
    ];
    expect(requestGlobals(request({ headers, secrets: ["s3cret-7"] })).method_request_headers).toEqual({
      accept: "*/*",
    });
  });
});

describe("requestAfter", () => {
  it("gives back what was not changed byte for byte", () => {
    expect(changed(request(), {})).toEqual(request());
  });

  it("writes data as the content type says, and as JSON where it says nothing", () => {
    expect(changed(request(), { method_request: { id: 8 } }).body).toBe(`{"id":8}`);
    const form = request({ headers: [["content-type", "application/x-www-form-urlencoded"]], body: "a=1" });
    expect(changed(form, { method_request: { a: { b: 2 } } }).body).toBe("a%5Bb%5D=2");
    const text = changed(request({ headers: [["Content-Type", "text/plain"]], body: "hi" }), {
      method_request: { a: 1 },
    });
    expect([text.headers, text.body]).toEqual([[["Content-Type", "application/json"]], `{"a":1}`]);
    expect(changed(request(), { method_request: "plain" }).body).toBe("plain");
    expect(changed(request(), { method_request: null })).not.toHaveProperty("body");
  });

  it("sends no body with a GET", () => {
    expect(changed(request(), { method_request_method: "get" })).toMatchObject({ method: "GET" });
    expect(changed(request(), { method_request_method: "get" })).not.toHaveProperty("body");
  });

  it("sends secret headers along, unless the script set one of that name", () => {
    const given = request({ headers: [["Authorization", "Bearer s3cret-7"]], secrets: ["s3cret-7"] });
    expect(changed(given, { method_request_headers: { accept: "*/*" } }).headers).toEqual([
      ["accept", "*/*"],
      ["Authorization", "Bearer s3cret-7"],
    ]);
    expect(changed(given, { method_request_headers: { authorization: "none" } }).headers).toEqual([
      ["authorization", "none"],
    ]);
  });

  it.each(["ftp://example.com/", "https://user:pass@example.com/", "nowhere", 7])("can't call %j", (url) => {
    expect(() => changed(request(), { method_request_url: url })).toThrow("method_request_url");
  });
});

describe("responseAfter", () => {
  it("takes what the script left, and the status that there was", () => {
    const globals = {
      method_response: { a: 1 },
      method_response_headers: { "x-a": ["1", "2"] },
      method_response_status: null,
    };
    expect(responseAfter(globals, 201)).toEqual({ status: 201, headers: [["x-a", "1, 2"]], body: { a: 1 } });
  });

  it.each([99, 600, 200.5, "200"])("takes no %j for a status", (method_response_status) => {
    expect(() => responseAfter({ method_response_status }, 200)).toThrow("method_response_status");
  });
});
