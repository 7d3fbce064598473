import { describe, expect, it } from "vitest";
import { fieldsFromSample } from "./fields-from-sample";

describe("fieldsFromSample", () => {
  it("lists the fields of body and query with their kinds and examples", () => {
    const sample = {
      body: { order: { id: "A-10", total: 120.5, lines: [{ sku: "x" }] }, paid: true },
      query: { page: "2" },
      headers: { "content-type": "application/json" },
    };
    expect(fieldsFromSample(sample)).toEqual([
      { path: "body.order", kind: "object" },
      { path: "body.order.id", kind: "text", example: "A-10" },
      { path: "body.order.total", kind: "number", example: "120.5" },
      { path: "body.order.lines", kind: "list" },
      { path: "body.order.lines[0]", kind: "object" },
      { path: "body.order.lines[0].sku", kind: "text", example: "x" },
      { path: "body.paid", kind: "boolean", example: "true" },
      { path: "query.page", kind: "text", example: "2" },
    ]);
  });

  it("cuts long examples", () => {
    const [field] = fieldsFromSample({ body: { text: "x".repeat(1_000) }, query: {}, headers: {} });
    expect(field?.example).toHaveLength(200);
  });
});
