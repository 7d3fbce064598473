import { expect, it } from "vitest";
import type { Mapping } from "./mapping";
import { mappingText } from "./mapping-text";

it.each<[Mapping, string]>([
  [{ source: "step-field", stepId: "order", path: ["body", "lines", 0, "sku"] }, "{{order.body.lines[0].sku}}"],
  [{ source: "step-field", stepId: "", path: [] }, "…"],
  [{ source: "value", text: "Order {{order.id}}" }, "Order {{order.id}}"],
  [{ source: "variable", name: "region" }, "{{var.region}}"],
  [{ source: "ignore" }, ""],
  [{ source: "script", code: "steps.order.body.lines\n  .length" }, "steps.order.body.lines .length"],
  [{ source: "script", code: "a".repeat(70) }, `${"a".repeat(60)}…`],
  [{ source: "script", code: " " }, "…"],
])("says %j as %j", (mapping, text) => expect(mappingText(mapping)).toBe(text));
