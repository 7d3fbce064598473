import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { explainAddress } from "./explain-address";
import { explainPasted, explainRecorded } from "./explain-recorded";
import { checkOf, requestWith } from "./testing";

const NOW = Date.UTC(2026, 10, 22, 2);
const times = { receivedAt: NOW, now: NOW };
const github = checkOf({ kind: "github" });
const signatureOf = (body: string, secret = "right") => ({
  "X-Hub-Signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
});
const whole = { isCut: false, isUnpacked: false };
const codes = (findings: readonly { code: string }[]) => findings.map(({ code }) => code);

describe("explainRecorded", () => {
  it("does not judge a signature by half a body", () => {
    const request = requestWith("half of", signatureOf("half of it"));
    const input = { check: github, secrets: { current: "right" }, request, times };
    const { summary, findings } = explainRecorded(input, { ...whole, isCut: true });
    expect(summary).toBe("The signature can't be checked again.");
    expect(codes(findings)).toEqual(["not-kept"]);
  });

  it("says what is wrong besides the body when that is cut", () => {
    const slack = checkOf({ kind: "slack" });
    const headers = {
      "X-Slack-Request-Timestamp": String(NOW / 1_000 - 3_600),
      "X-Slack-Signature": `v0=${"0".repeat(64)}`,
    };
    const input = { check: slack, secrets: { current: "right" }, request: requestWith("half", headers), times };
    const { summary, findings } = explainRecorded(input, { ...whole, isCut: true });
    expect(summary).toContain("off by 3600 s");
    expect(codes(findings)).toEqual(["time", "not-kept"]);
  });

  it("needs no body for a token", () => {
    const check = checkOf({ kind: "token", name: "X-Token" });
    const input = { check, secrets: { current: "right" }, request: requestWith("half", { "X-Token": "wrong" }), times };
    expect(codes(explainRecorded(input, { ...whole, isCut: true }).findings)).not.toContain("not-kept");
  });

  it("says when the compressed bytes that may have been signed are not there", () => {
    const request = requestWith("unpacked", signatureOf("packed"));
    const input = { check: github, secrets: { current: "right" }, request, times };
    expect(codes(explainRecorded(input, whole).findings)).toEqual(["nothing-matches"]);
    expect(codes(explainRecorded(input, { ...whole, isUnpacked: true }).findings)).toEqual([
      "nothing-matches",
      "not-kept",
    ]);
  });

  it("knows the secret that was stored before", () => {
    const input = {
      check: github,
      secrets: { current: "right", previous: "old" },
      request: requestWith("body", signatureOf("body", "old")),
      times,
    };
    expect(explainRecorded(input, whole).findings[0]?.text).toContain("the secret that was stored before");
  });
});

describe("explainPasted", () => {
  const standard = checkOf({ kind: "standard-webhooks" });
  const key = Buffer.from("a key of twenty-four bytes");
  const secrets = { current: `whsec_${key.toString("base64")}` };
  const sentAt = String(NOW / 1_000 - 86_400);
  const pasted = (body: string) =>
    requestWith(body, {
      "webhook-id": "msg_1",
      "webhook-timestamp": sentAt,
      "webhook-signature": `v1,${createHmac("sha256", key).update(`msg_1.${sentAt}.{}`).digest("base64")}`,
    });

  it("believes the time of a request that was sent yesterday", () => {
    const { reason, summary, findings } = explainPasted(standard, secrets, pasted("{}"), NOW);
    expect([reason, summary]).toEqual([undefined, "The request passes the check."]);
    expect(codes(findings)).toEqual(["passes-now", "time"]);
  });

  it("says what is wrong with its body then", () => {
    const { summary, findings } = explainPasted(standard, secrets, pasted("{}\n"), NOW);
    expect(summary).toBe("The signature fits none of the stored secrets.");
    expect(codes(findings)).toEqual(["body"]);
  });
});

describe("explainAddress", () => {
  const clientIp = "203.0.113.7";
  const headers = [["X-Forwarded-For", "198.51.100.1, 192.0.2.1"]] as const;

  it("tells an empty list, a list without the address, and one that has it by now", () => {
    expect(explainAddress({ allowedIps: "", clientIp, headers: [] }).summary).toContain("empty");
    expect(explainAddress({ allowedIps: "192.0.2.1", clientIp, headers: [] }).summary).toBe(
      "203.0.113.7 is not on the list of allowed addresses.",
    );
    expect(explainAddress({ allowedIps: "203.0.113.0/24", clientIp, headers: [] }).summary).toBe(
      "203.0.113.7 is on the list now.",
    );
  });

  it("names what proxies said, and what it takes to believe them", () => {
    const { findings } = explainAddress({ allowedIps: "198.51.100.1", clientIp, headers });
    expect(findings[1]?.text).toContain("198.51.100.1, 192.0.2.1 in X-Forwarded-For");
    expect(findings[1]?.text).toContain("TRUSTED_PROXIES");
  });
});
