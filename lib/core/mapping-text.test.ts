import { expect, it } from "vitest";
import type { Mapping } from "./mapping";
import { mappingText } from "./mapping-text";

it.each<[Mapping, string]>([
  [{ source: "step-field", stepId: "order", path: ["body", "lines", 0, "sku"] }, "{{order.body.lines[0].sku}}"],
  [{ source: "step-field", stepId: "", path: [] }, "…"],
  [{ source: "value", text: "Order {{order.id}}" }, "Order {{order.id}}"],
  [{ source: "variable", name: "region" }, "{{var.region}}"],
  [{ source: "ignore" }, ""],
])("says %j as %j", (mapping, text) => expect(mappingText(mapping)).toBe(text));
