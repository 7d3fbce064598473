import { describe, expect, it } from "vitest";
import { type PathRow, pathRows, rowKey } from "./path-rows";

const order = {
  stepId: "order",
  name: "Order",
  type: "webhook",
  origin: "last request",
  sample: {
    body: { order: { id: "A-10", lines: [{ sku: "x1" }] }, paid: true },
    query: { page: "2" },
    headers: { "x-id": "7" },
  },
};
const customer = {
  stepId: "customer",
  name: "Customer",
  type: "set-fields",
  origin: "example",
  sample: { email: "a@b" },
};
const bodyFirst = new Set(["order"]);
const shown = (rows: PathRow[]) => rows.map(({ label, depth }) => `${"  ".repeat(depth)}${label}`);

describe("pathRows", () => {
  it("shows a webhook's body first, then its query and headers, which are closed", () => {
    const rows = pathRows({ sources: [order], bodyFirst, toggled: new Set(), search: "" });
    expect(shown(rows)).toEqual([
      "Order",
      "  whole body",
      "  order",
      "    id",
      "    lines",
      "  paid",
      "  query",
      "  headers",
    ]);
  });

  it("opens and closes what was toggled", () => {
    const toggled = new Set([rowKey("order", ["query"]), rowKey("order", ["body", "order"]), rowKey("customer", [])]);
    const rows = pathRows({ sources: [customer, order], bodyFirst, toggled, search: "" });
    expect(shown(rows)).toEqual([
      "Customer",
      "Order",
      "  whole body",
      "  order",
      "  paid",
      "  query",
      "    page",
      "  headers",
    ]);
  });

  it("finds fields by their path, their step and their value", () => {
    const found = (search: string) =>
      shown(pathRows({ sources: [customer, order], bodyFirst, toggled: new Set(), search }));
    expect(found("order id")).toContain("  order.id");
    expect(found("a-10")).toEqual(["Order", "  order.id"]);
    expect(found("customer")).toEqual(["Customer", "  email"]);
  });

  it("offers a typed path only when no sample has it", () => {
    const rows = pathRows({ sources: [order], bodyFirst, toggled: new Set(), search: "order.lines[3].sku" });
    expect(rows.map(({ path }) => path)).toEqual([[], ["body", "order", "lines", 3, "sku"]]);
    expect(pathRows({ sources: [order], bodyFirst, toggled: new Set(), search: "nothing" })).toEqual([]);
  });
});
