import { describe, expect, it } from "vitest";
import { tooManyKept } from "@/lib/core/too-many-kept";
import { ruleOf } from "./receipt-rules";

describe("why a request was answered as it was", () => {
  it("is a limit of the webhook or its account when that was passed", () => {
    const reason = "More than the webhook's limit of 5 requests per second (10 at once).";
    expect(ruleOf({ outcome: "over-limit", reason })).toMatchObject({
      check: "Limits",
      rule: expect.stringContaining("webhook and its account"),
    });
  });

  it("is the mapping when as many early requests are kept for the value as may be", () => {
    expect(ruleOf({ outcome: "over-limit", reason: tooManyKept(1_000) })).toMatchObject({
      check: "Webhook Mapping",
      rule: expect.stringContaining("kept early for one value"),
    });
  });
});
