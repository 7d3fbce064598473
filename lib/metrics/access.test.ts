import { describe, expect, it } from "vitest";
import { mayReadMetrics } from "./access";

const TOKEN = "a-token-of-some-length";

describe("without a token", () => {
  it.each(["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "fd00::7", "fe80::1%eth0"])(
    "%s may read",
    (socketIp) => {
      expect(mayReadMetrics({ socketIp, headers: {} }, undefined)).toBe(true);
    },
  );

  it.each(["203.0.113.7", "172.32.0.1", "100.64.0.1", "2001:db8::1", "", "unknown"])("%s may not", (socketIp) => {
    expect(mayReadMetrics({ socketIp, headers: {} }, undefined)).toBe(false);
  });

  it.each([
    ["a public caller", { "x-forwarded-for": "203.0.113.7" }],
    ["a public caller who names a private address", { "x-forwarded-for": "10.0.0.1, 203.0.113.7" }],
    ["a private caller behind a public proxy", { "x-forwarded-for": "203.0.113.7, 10.0.0.1" }],
    ["a caller whose address is hidden", { "x-forwarded-for": "unknown" }],
    ["an empty chain", { "x-forwarded-for": "" }],
    ["a proxy that writes X-Real-IP", { "x-real-ip": "203.0.113.7" }],
    ["a proxy that writes Forwarded", { forwarded: "for=10.0.0.1" }],
  ])("%s may not, however near the proxy is", (_, headers) => {
    expect(mayReadMetrics({ socketIp: "127.0.0.1", headers }, undefined)).toBe(false);
  });

  it("a private caller may through a proxy that says so", () => {
    const headers = { "x-forwarded-for": "10.4.0.8, 10.0.0.1", "x-real-ip": "10.4.0.8" };
    expect(mayReadMetrics({ socketIp: "10.0.0.2", headers }, undefined)).toBe(true);
  });
});

describe("with a token", () => {
  it("who sends it may read, from wherever", () => {
    const headers = { authorization: `Bearer ${TOKEN}`, "x-forwarded-for": "203.0.113.7" };
    expect(mayReadMetrics({ socketIp: "203.0.113.9", headers }, TOKEN)).toBe(true);
  });

  it.each([undefined, "", "Bearer", "Bearer wrong", `Basic ${TOKEN}`, `Bearer ${TOKEN}x`])(
    "%s is refused, on this machine too",
    (authorization) => {
      expect(mayReadMetrics({ socketIp: "127.0.0.1", headers: { authorization } }, TOKEN)).toBe(false);
    },
  );
});
