import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Json } from "./json";
import { redactHeaders, redactQuery, redactStepData, redactUrl, secretNames, usualSecretNames } from "./secret-headers";
import { newCheck, WebhookCheck } from "./webhook-check";

const inHeader = WebhookCheck.parse({ kind: "token", in: "header", name: "X-Hook-Key" });
const inQuery = WebhookCheck.parse({ kind: "token", in: "query", name: "hook" });
const shown = (name: string, value: string, names = usualSecretNames) => redactHeaders([[name, value]], names)[0]?.[1];

describe("redactHeaders", () => {
  it.each([
    ["Authorization", "Basic dXNlcjpwYXNz", "Basic ••••"],
    ["authorization", "bearer  abc", "bearer ••••"],
    ["Proxy-Authorization", "Digest username=a", "Digest ••••"],
    ["Authorization", "abc", "••••"],
    ["Authorization", "my secret words", "••••"],
    ["Authorization", "Bearer", "••••"],
    ["COOKIE", "a=b; c=d", "••••"],
    ["Set-Cookie", "a=b", "••••"],
    ["X-API-Key", "Bearer abc", "••••"],
    ["X-Gitlab-Token", "a", "••••"],
    ["Authorization", "", ""],
    ["Content-Type", "text/plain", "text/plain"],
    ["X-Hook-Key", "abc", "abc"],
  ])("shows %s: %s as %s", (name, value, text) => {
    expect(shown(name, value)).toBe(text);
  });

  it("hides the header that a token is read from, whatever its case", () => {
    expect(shown("x-hook-key", "abc", secretNames([inQuery, inHeader]))).toBe("••••");
  });

  it.each(["github", "stripe", "slack"] as const)("leaves the signature of %s", (kind) => {
    const headers: [string, string][] = [
      ["X-Hub-Signature-256", "sha256=aa"],
      ["Stripe-Signature", "t=1,v1=aa"],
      ["X-Slack-Signature", "v0=aa"],
    ];
    expect(redactHeaders(headers, secretNames([newCheck(kind)]))).toEqual(headers);
  });
});

describe("usualSecretNames", () => {
  it.each(["headers", "parameters"] as const)("has the %s that the guide names", (kind) => {
    const guide = readFileSync("docs/guide/requests.md", "utf8");
    const row = guide
      .split("\n")
      .find((line) => line.startsWith(kind === "headers" ? "| headers |" : "| query parameters |"));
    const named = [...row!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!.toLowerCase());
    expect(named.sort()).toEqual([...usualSecretNames[kind]].sort());
  });
});

describe("redactQuery", () => {
  it.each([
    ["", ""],
    ["page=2&token=abc&y", "page=2&token=••••&y"],
    ["Access_Token=a%20b&a=%zz", "Access_Token=••••&a=%zz"],
    ["to%6Ben=abc", "to%6Ben=••••"],
    ["token[0]=a&token[]=b", "token[0]=••••&token[]=••••"],
    ["token=&token", "token=&token"],
    ["hook=abc", "hook=abc"],
  ])("shows %s as %s", (query, text) => {
    expect(redactQuery(query, usualSecretNames)).toBe(text);
  });

  it("hides the parameter that a token is read from", () => {
    const names = secretNames([inQuery]);
    expect(redactQuery("hook=abc&hook=d&a=1", names)).toBe("hook=••••&hook=••••&a=1");
    expect(redactUrl("https://a.test/x?hook=abc", names)).toBe("https://a.test/x?hook=••••");
    expect(redactUrl("https://a.test/hook", names)).toBe("https://a.test/hook");
  });
});

describe("redactStepData", () => {
  it("hides the same in a step's data, and leaves its body", () => {
    const data: Json = {
      body: { token: "in the body", authorization: "Bearer abc" },
      query: { hook: ["a", "b"], page: "2", secret: { part: "a" } },
      headers: { authorization: "Bearer abc", "x-hook-key": "abc", cookie: null, accept: "*/*" },
    };
    expect(redactStepData(data, secretNames([inHeader, inQuery]))).toEqual({
      body: { token: "in the body", authorization: "Bearer abc" },
      query: { hook: "••••", page: "2", secret: "••••" },
      headers: { authorization: "Bearer ••••", "x-hook-key": "••••", cookie: null, accept: "*/*" },
    });
  });

  it.each<[Json]>([["text"], [null], [[1]], [{ headers: "none" }], [{ body: 1 }]])("leaves %j", (data) => {
    expect(redactStepData(data, usualSecretNames)).toEqual(data);
  });

  it("keeps a field that is named like the prototype", () => {
    const headers = JSON.parse('{"__proto__":"a","token":"b"}') as Json;
    const { headers: kept } = redactStepData({ headers }, usualSecretNames) as { headers: object };
    expect(Object.entries(kept)).toEqual([
      ["__proto__", "a"],
      ["token", "••••"],
    ]);
  });
});
