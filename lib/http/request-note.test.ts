import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CapturedLog, captureLog } from "@/lib/testing-log";
import { beginNote, routeOf } from "./request-note";

let captured: CapturedLog;
beforeEach(() => {
  captured = captureLog("info");
});
afterEach(() => captured.end());

const request = (method = "GET") =>
  new Request("http://localhost/api/v1/cycles/c1/steps/s1?search=someone", {
    method,
    headers: { authorization: "Bearer spk_secret" },
  });
const params = { id: "c1", stepId: "s1" };

describe("the log of the API", () => {
  it("shows the route, who asked and how it went, with the id that the answer carries", () => {
    const note = beginNote(request("POST"));
    note.asker = { ctx: { userId: "u1", partnerId: "p1" }, keyId: null };
    const answer = note.end(new Response(null, { status: 204 }), params);
    expect(captured.lines).toEqual([
      {
        level: "info",
        time: expect.any(String),
        method: "POST",
        route: "/api/v1/cycles/{id}/steps/{stepId}",
        status: 204,
        ms: expect.any(Number),
        request: answer.headers.get("x-spoke-request-id"),
        partner: "p1",
        user: "u1",
        msg: "request to the API",
      },
    ]);
    expect(captured.text).not.toMatch(/someone|spk_/);
  });

  it("shows the key that asked, not what it is", () => {
    const note = beginNote(request("DELETE"));
    note.asker = { ctx: { userId: null, partnerId: "p1" }, keyId: "k1" };
    note.end(new Response(null, { status: 403 }), params);
    expect(captured.lines).toMatchObject([{ level: "info", key: "k1", status: 403 }]);
  });

  it.each([
    { method: "GET", status: 200, levels: [] },
    { method: "GET", status: 404, levels: ["info"] },
    { method: "GET", status: 503, levels: ["warn"] },
    { method: "PATCH", status: 200, levels: ["info"] },
  ])("writes $levels at info for $method answered with $status", ({ method, status, levels }) => {
    beginNote(request(method)).end(new Response("", { status }), params);
    expect(captured.lines.map((line) => line.level)).toEqual(levels);
  });
});

describe("routeOf", () => {
  it.each([
    ["/api/v1/me", {}, "/api/v1/me"],
    ["/api/v1/accounts/a%2F1", { id: "a/1" }, "/api/v1/accounts/{id}"],
    ["/api/v1/none/at/all", { path: ["none", "at", "all"] }, "/api/v1/{path}/{path}/{path}"],
    ["/api/v1/%", { id: "x" }, "/api/v1/%"],
  ])("of %s with %o is %s", (path, given, route) => {
    expect(routeOf(path, given)).toBe(route);
  });
});
