import { describe, expect, it } from "vitest";
import type { NotificationFacts } from "@/lib/core/notifications";
import { MOST_IN_MAIL, mailOf, messageOf } from "./message";

const HOUR = 3_600_000;
const AT = Date.parse("2026-03-01T12:00:00Z");
const place = {
  account: { id: "a1", name: "Nord & Co <x>" },
  cycle: { id: "c1", name: "Orders" },
  step: { id: "in", name: "Order" },
  webhookId: "w1",
};
const limit = { percent: 50, atLeast: 10, withinMinutes: 60 };

const facts = (event: Partial<NonNullable<NotificationFacts["event"]>>): NotificationFacts => ({
  ...place,
  at: AT,
  event: { rule: "refused", kind: "raised", since: AT - 5 * HOUR, percent: 62, total: 1_204, limit, ...event },
});

const say = (event: Parameters<typeof facts>[0]) => {
  const { subject, sentences } = messageOf(facts(event), "https://spoke.example");
  return [subject, sentences[0]];
};

describe("messageOf", () => {
  const where = "Nord & Co <x> › Orders › Order";

  it.each([
    [
      { rule: "silence" as const, limit: { hours: 5 }, percent: null, total: 0 },
      `Silent for 5 h: ${where}`,
      "No request has come since 2026-03-01 07:00 UTC, 5 h ago.",
    ],
    [{}, `62 % of requests refused: ${where}`, "Of 1,204 requests in the last 1 h, 62 % were refused."],
    [
      { rule: "failed" as const },
      `62 % of transactions failed: ${where}`,
      "Of 1,204 transactions in the last 1 h, 62 % failed.",
    ],
    [
      { rule: "silence" as const, kind: "resolved" as const, because: "over" as const },
      `No longer silent: ${where}`,
      "Requests come again, after 5 h without one.",
    ],
    [
      { kind: "resolved" as const, because: "over" as const, percent: 3 },
      `No longer refusing requests: ${where}`,
      "The share is 3 %, below the limit. The alarm lasted 5 h.",
    ],
    [
      { rule: "failed" as const, kind: "resolved" as const, because: "unwatched" as const },
      `No longer failing: ${where}`,
      "Its cycle does not take requests now. The alarm lasted 5 h.",
    ],
    [
      { kind: "resolved" as const, because: "off" as const },
      `No longer refusing requests: ${where}`,
      "The rule was switched off after 5 h.",
    ],
  ])("says of %j what happened", (event, subject, sentence) => {
    expect(say(event)).toEqual([subject, sentence]);
  });

  it("says in a reminder since when it has been so", () => {
    expect(messageOf(facts({ kind: "reminder" }), "https://spoke.example").sentences).toContain(
      "It has been so since 2026-03-01 07:00 UTC.",
    );
  });

  it("leads to the step and to the report", () => {
    const { text } = mailOf([messageOf(facts({}), "https://spoke.example")], "https://spoke.example/list");
    expect(text).toContain("https://spoke.example/accounts/a1/cycles/c1?step=in");
    expect(text).toContain("https://spoke.example/partner/webhooks/w1");
  });
});

describe("mailOf", () => {
  const list = "https://spoke.example/accounts/a1/notifications";
  const message = (percent: number) => messageOf(facts({ percent }), "https://spoke.example");

  it("takes names for text, not for HTML", () => {
    const { html } = mailOf([message(62)], list);
    expect(html).toContain("Nord &amp; Co &lt;x&gt;");
    expect(html).not.toContain("<x>");
  });

  it("tells several in one mail, each with what happened and where to look", () => {
    const { subject, text, html } = mailOf([message(62), message(63), message(64)], list);
    expect(subject).toBe("62 % of requests refused: Nord & Co <x> › Orders › Order, and 2 more");
    for (const percent of [62, 63, 64]) {
      expect(text).toContain(`${percent} % of requests refused: Nord & Co <x> › Orders › Order\n`);
      expect(text).toContain(`Of 1,204 requests in the last 1 h, ${percent} % were refused.`);
      expect(html).toContain(`Of 1,204 requests in the last 1 h, ${percent} % were refused.`);
    }
    expect(text).toContain(`What was sent: ${list}`);
    expect(html).not.toContain("<x>");
  });

  it("says how many there are beyond fifty", () => {
    const many = Array.from({ length: MOST_IN_MAIL + 150 }, () => message(62));
    const { subject, text, html } = mailOf([message(62), ...many], list);
    expect(subject).toMatch(/, and 200 more$/);
    expect(text.split("were refused.")).toHaveLength(MOST_IN_MAIL + 1);
    expect(text).toContain("And 151 more\n");
    expect(html).toContain("And 151 more");
  });
});
