import { describe, expect, it } from "vitest";
import type { Step } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import type { StepRecord } from "@/lib/core/transaction";
import { describeRecords } from "./record-summary";

const trigger = { id: "order", name: "Order", type: "webhook", settings: {} };
const step = (type: string, settings: Step["settings"]): Step =>
  ({ id: "it", name: "It", type, position: { x: 0, y: 0 }, settings }) as Step;

function summaryOf(made: Step, record: Partial<StepRecord> = {}): string {
  const { describe } = describeRecords({ steps: [trigger as unknown as Step, made] });
  return describe({
    stepId: "it",
    visit: 1,
    outcome: "done",
    exit: "next",
    startedAt: "2026-01-01T00:00:00.000Z",
    durationMs: 0.2,
    ...record,
  }).summary;
}

const total = { source: "step-field", stepId: "order", path: ["body", "order", "total"] };
const text = (value: string) => ({ source: "value", text: value }) as const;
const compare = (left: object, operator: string, right: object = text("")) => ({ left, operator, right }) as Json;
const decision = (...conditions: Json[]) => step("decision", { groups: [{ join: "and", conditions }] });
const values = (...conditions: [left: Json, right: Json, matched: boolean][]) => ({
  input: { groups: [{ conditions: conditions.map(([left, right, matched]) => ({ left, right, matched })) }] },
});

describe("the summary of a Decision", () => {
  it("is the comparison with the value of each field", () => {
    const made = decision(compare(total, "greater", text("100")));
    expect(summaryOf(made, values([249.9, "100", true]))).toBe("Order › order.total (249.9) is greater than 100");
  });

  it("shows an expression with what it came to", () => {
    const made = decision(compare({ source: "script", code: "steps.order.body.total\n  * 2" }, "greater", text("100")));
    expect(summaryOf(made, values([499.8, "100", true]))).toBe(
      "steps.order.body.total * 2 (499.8) is greater than 100",
    );
  });

  it("leaves out the other side where there is none", () => {
    expect(summaryOf(decision(compare(total, "exists")), values([null, "", false]))).toBe(
      "Order › order.total (nothing) exists",
    );
  });

  it("puts texts in quotes and cuts long ones", () => {
    const made = decision(compare(text("{{order.body.name}}"), "equals", total));
    expect(summaryOf(made, values(["x".repeat(70), "Ada", false]))).toBe(
      `Order › name ("${"x".repeat(60)}…") equals Order › order.total ("Ada")`,
    );
  });

  it("never reads a value as a merge field", () => {
    const made = decision(compare(total, "equals", text("1")));
    expect(summaryOf(made, values(["{{order.body.secret}}", "1", false]))).toBe(
      'Order › order.total ("{{order.body.secret}}") equals 1',
    );
  });

  it("joins two conditions, and counts more", () => {
    const one = compare(total, "greater", text("1"));
    const held: [Json, Json, boolean] = [2, "1", true];
    const said = "Order › order.total (2) is greater than 1";
    expect(summaryOf(decision(one, one), values(held, held))).toBe(`${said} and ${said}`);
    expect(summaryOf(decision(one, one, one), values(held, held, [0, "1", false]))).toBe("2 of 3 conditions hold");
  });

  it("is empty when the record holds no comparison", () => {
    expect(summaryOf(decision(compare(total, "exists")), { outcome: "failed" })).toBe("");
  });
});

describe("the summary of a record", () => {
  it.each<{ made: Step; record: Partial<StepRecord>; says: string }>([
    {
      made: step("http-request", {}),
      record: { input: { method: "POST", url: "https://a.example/x" }, output: { status: 201 } },
      says: "POST https://a.example/x → 201",
    },
    {
      made: step("http-request", {}),
      record: { input: { method: "GET", url: "https://a.example/" } },
      says: "GET https://a.example/",
    },
    {
      made: step("set-fields", {
        fields: [
          { name: "id", value: total },
          { name: "gone", value: { source: "ignore" } },
        ],
      }),
      record: {},
      says: "id",
    },
    { made: step("delay", {}), record: { durationMs: 65_000 }, says: "Waited 1 min 5 s" },
    { made: step("stop", { message: "{{order.body.x}}" }), record: { output: { message: "Done" } }, says: "Done" },
    { made: step("stop", { outcome: "failed" }), record: {}, says: "Ended as failed" },
    {
      made: step("sync-response", {}),
      record: { output: { status: 404, headers: [], body: "" } },
      says: "Answered 404",
    },
    { made: step("unknown", {}), record: {}, says: "" },
  ])("of $made.type says “$says”", ({ made, record, says }) => {
    expect(summaryOf(made, record)).toBe(says);
  });

  it("goes by the step's id when the version does not hold the step", () => {
    const { describe, nameOf } = describeRecords({ steps: [] });
    expect(nameOf("gone")).toBe("gone");
    expect(describe({ stepId: "gone" } as StepRecord)).toEqual({ stepName: "gone", stepType: "", summary: "" });
  });
});
