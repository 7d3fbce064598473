import { describe, expect, it } from "vitest";
import type { FoundLimits } from "@/lib/queue/find-webhook";
import { Limiter } from "./limiter";

const none: FoundLimits = {
  webhook: null,
  account: null,
  webhookBytes: null,
  accountBytes: null,
  unfinished: null,
};
const rate = (perSecond: number, burst = perSecond) => ({ perSecond, burst });
const allowed = (of: Partial<FoundLimits>, webhookId = "w") => ({
  webhookId,
  accountId: "a",
  limits: { ...none, ...of },
});

function setUp({ processes = 1 } = {}) {
  const state = { nowMs: 0, storedHere: { w: 0, a: 0 } as Record<string, number>, unwritten: 0 };
  const limiter = new Limiter({
    processes: () => processes,
    storedHere: (id) => state.storedHere[id] ?? 0,
    unwritten: () => state.unwritten,
    now: () => state.nowMs,
  });
  const passing = (limited: ReturnType<typeof allowed>, requests: number) =>
    Array.from({ length: requests }, () => limiter.check(limited)).filter((over) => over === undefined).length;
  return { state, limiter, passing };
}

describe("a limit of requests per second", () => {
  it("lets a burst through, then as many as the rate allows", () => {
    const { state, passing } = setUp();
    const limited = allowed({ webhook: rate(10, 20) });
    expect(passing(limited, 50)).toBe(20);
    state.nowMs = 500;
    expect(passing(limited, 50)).toBe(5);
    state.nowMs = 60_000;
    expect(passing(limited, 50)).toBe(20);
  });

  it("says which limit it is and when to try again", () => {
    const { limiter } = setUp();
    const limited = allowed({ webhook: rate(1) });
    limiter.check(limited);
    expect(limiter.check(limited)).toEqual({
      reason: "More than the webhook's limit of 1 request per second (1 at once).",
      retryAfterSeconds: 1,
    });
  });

  it("says when both allow another request where a webhook and its account are over theirs", () => {
    const { state, limiter, passing } = setUp({ processes: 4 });
    const limited = allowed({ webhook: rate(8), account: rate(1) });
    expect(passing(allowed({ webhook: rate(8) }), 2)).toBe(2);
    expect(passing(allowed({ account: rate(1) }, "other"), 1)).toBe(1);
    expect(limiter.check(limited)).toEqual({
      reason: "More than the webhook's limit of 8 requests per second (8 at once).",
      retryAfterSeconds: 4,
    });
    state.nowMs = 3_999;
    expect(limiter.check(limited)).toMatchObject({ reason: expect.stringContaining("account"), retryAfterSeconds: 1 });
    state.nowMs = 4_000;
    expect(limiter.check(limited)).toBeUndefined();
  });

  it("of an account counts the requests of all its webhooks", () => {
    const { passing } = setUp();
    expect(passing(allowed({ account: rate(10) }, "one"), 7)).toBe(7);
    expect(passing(allowed({ account: rate(10) }, "other"), 7)).toBe(3);
  });

  it("of a webhook takes nothing from its account when it refuses", () => {
    const { passing } = setUp();
    expect(passing(allowed({ webhook: rate(2), account: rate(10) }, "one"), 100)).toBe(2);
    expect(passing(allowed({ account: rate(10) }, "other"), 100)).toBe(8);
  });

  it("is shared evenly by the web processes, each of which lets one through", () => {
    expect(setUp({ processes: 4 }).passing(allowed({ webhook: rate(100) }), 200)).toBe(25);
    expect(setUp({ processes: 4 }).passing(allowed({ webhook: rate(1) }), 200)).toBe(1);
  });

  it("takes a change with the next request", () => {
    const { state, passing } = setUp();
    expect(passing(allowed({ webhook: rate(5) }), 10)).toBe(5);
    state.nowMs = 1_000;
    expect(passing(allowed({ webhook: rate(2) }), 10)).toBe(2);
  });

  it("forgets webhooks that have sent nothing for a while when there are many", () => {
    const { state, limiter, passing } = setUp();
    for (let count = 0; count < 10_000; count++) limiter.check(allowed({ webhook: rate(10) }, String(count)));
    expect(passing(allowed({ webhook: rate(10) }, "busy"), 20)).toBe(10);
    state.nowMs = 100;
    expect(passing(allowed({ webhook: rate(10) }, "busy"), 20)).toBe(1);
    expect(passing(allowed({ webhook: rate(10) }, "new"), 20)).toBe(10);
  });
});

describe("a limit of stored bytes", () => {
  it("counts what was stored before the webhook was read, and written after", () => {
    const { state, limiter } = setUp();
    Object.assign(state, { storedHere: { w: 5_000 }, unwritten: 600 });
    const limited = allowed({ webhookBytes: { limit: 1_000, stored: 300 } });
    expect(limiter.check(limited)).toBeUndefined();
    Object.assign(state, { storedHere: { w: 5_100 }, unwritten: 0 });
    expect(limiter.check(limited)?.reason).toBe("The webhook keeps 1,000 bytes of requests; its limit is 1,000.");
  });

  it("counts what was kept when the webhook was read and what has been stored since", () => {
    const { state, limiter } = setUp();
    state.storedHere.a = 5_000;
    const limited = allowed({ accountBytes: { limit: 1_000, stored: 400 } });
    expect(limiter.check(limited)).toBeUndefined();
    state.storedHere.a += 599;
    expect(limiter.check(limited)).toBeUndefined();
    state.storedHere.a += 1;
    expect(limiter.check(limited)).toEqual({
      reason: "The account keeps 1,000 bytes of requests; its limit is 1,000.",
      retryAfterSeconds: 3_600,
    });
  });

  it("of a webhook counts what it keeps itself, beside what its account keeps", () => {
    const { state, limiter } = setUp();
    const bytes = { webhookBytes: { limit: 1_000, stored: 0 }, accountBytes: { limit: 1_000, stored: 0 } };
    const [limited, other] = [allowed(bytes), allowed({ webhookBytes: { limit: 1_000, stored: 0 } }, "other")];
    expect([limiter.check(limited), limiter.check(other)]).toEqual([undefined, undefined]);
    state.storedHere = { w: 1_000, a: 1_000 };
    expect(limiter.check(limited)).toEqual({
      reason: "The webhook keeps 1,000 bytes of requests; its limit is 1,000.",
      retryAfterSeconds: 3_600,
    });
    expect(limiter.check(other)).toBeUndefined();
    state.storedHere = { w: 999, a: 1_000 };
    expect(limiter.check(limited)?.reason).toContain("The account keeps");
  });
});
