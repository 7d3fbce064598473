import { describe, expect, it } from "vitest";
import { newCheck, securityProblems, WebhookCheck } from "@/lib/core/webhook-check";
import { checkWords } from "@/lib/core/webhook-senders";
import { checkProblemsByPart, optionsOf } from "./check-options";

const checkOf = (settings: { kind: string; [setting: string]: unknown }) => WebhookCheck.parse(settings);
const optionOf = (check: WebhookCheck, part: string) => optionsOf(check).find((option) => option.part === part)!;
const kinds = Object.keys(checkWords) as WebhookCheck["kind"][];

describe("optionsOf", () => {
  it.each(kinds)("asks for everything that a new check of the kind %s lacks, by its part", (kind) => {
    const check = newCheck(kind);
    const asked = optionsOf(check).map(({ part }) => part);
    for (const { part } of securityProblems(check, { kind: "off" })) expect(asked).toContain(part);
  });

  it.each([
    { kind: "hmac", header: "X", signed: "{timestamp}.{body}" },
    { kind: "hmac", header: "X", signed: "{timestamp}.{body}", time: { source: "header" } },
    { kind: "hmac", header: "X", signed: "{id}.{body}" },
    { kind: "hmac", header: "X", signed: "{url}.{body}", signedUrl: "nowhere" },
    { kind: "twilio", signedUrl: "nowhere" },
  ])("shows the problem of %j where it can be put right", (settings) => {
    const check = checkOf(settings);
    const asked = optionsOf(check).map(({ part }) => part);
    const parts = Object.keys(checkProblemsByPart(check));
    expect(parts.length).toBeGreaterThan(0);
    for (const part of parts) expect(asked).toContain(part);
  });

  it.each(kinds)("changes one thing of a check of the kind %s at a time", (kind) => {
    for (const option of optionsOf(newCheck(kind))) {
      const changed = option.change(option.value as never);
      expect(WebhookCheck.parse(changed)).toEqual(newCheck(kind));
    }
  });

  it("asks for the header of a time only when it is in one", () => {
    const check = checkOf({ kind: "hmac" });
    const inHeader = optionOf(check, "time").change("header" as never);
    expect(inHeader).toMatchObject({ time: { source: "header", header: "", toleranceSeconds: 300 } });
    expect(optionOf(inHeader, "time").label).toBe("Header of the time");
  });
});

describe("checkProblemsByPart", () => {
  it("tells values that can't be used by their part too", () => {
    expect(checkProblemsByPart({ kind: "slack", toleranceSeconds: 0 })).toEqual({
      toleranceSeconds: "At least 1 second.",
    });
    const time = { source: "header", header: "X", toleranceSeconds: 1.5 };
    expect(checkProblemsByPart({ kind: "hmac", time })).toEqual({ toleranceSeconds: "Type whole seconds." });
  });
});
