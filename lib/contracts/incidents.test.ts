import { describe, expect, it } from "vitest";
import { toProblem } from "@/lib/http/problem";
import { SetWebhookLimitsInput } from "./incidents";

const request = new Request("http://spoke/api/v1/cycles/c/steps/s/limits");
const noRate = { requestsPerSecond: null, requestBurst: null };

/** What the API answers to limits of a webhook that it doesn't take. */
async function refusal(limits: object): Promise<{ status: number; detail: string }> {
  return toProblem(SetWebhookLimitsInput.safeParse({ ...noRate, ...limits }).error, request).json();
}

describe("limits of a webhook", () => {
  it.each(["storedBytesLimit", "unfinishedLimit", "requestsPerSecond"])(
    "%s is a whole number above 0, or null",
    async (name) => {
      for (const limit of [0, -1, 1.5, 1e300, "1", Number.NaN, true]) {
        const { status, detail } = await refusal({ [name]: limit });
        expect(status).toBe(422);
        expect(detail).toMatch(new RegExp(`^${name}: `));
      }
      for (const limit of [1, null])
        expect(SetWebhookLimitsInput.safeParse({ ...noRate, [name]: limit }).success).toBe(true);
    },
  );

  it("that are too high or too low are told their bounds", async () => {
    const details = [{ unfinishedLimit: 100_001 }, { unfinishedLimit: 0 }, { storedBytesLimit: 2 ** 53 }].map(refusal);
    expect((await Promise.all(details)).map(({ detail }) => detail)).toEqual([
      "unfinishedLimit: Too big: expected number to be <=100000",
      "unfinishedLimit: Too small: expected number to be >=1",
      expect.stringMatching(/^storedBytesLimit: Too big/),
    ]);
  });
});
