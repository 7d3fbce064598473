import { expect, it } from "vitest";
import type { Mapping } from "@/lib/core/mapping";
import { repointSettings } from "./repoint";

const ids = new Map([["order", "order_2"]]);
const mapped = (value: Mapping) => ({ name: "a", value });

it.each<[before: Mapping, after: Mapping]>([
  [
    { source: "step-field", stepId: "order", path: ["body"] },
    { source: "step-field", stepId: "order_2", path: ["body"] },
  ],
  [
    { source: "value", text: "No. {{order.body.id}}" },
    { source: "value", text: "No. {{order_2.body.id}}" },
  ],
  [
    { source: "script", code: "steps.order.body.total * steps.rate.value" },
    { source: "script", code: "steps.order_2.body.total * steps.rate.value" },
  ],
  [
    { source: "variable", name: "order" },
    { source: "variable", name: "order" },
  ],
])("lets the mapping %j read from the pasted step", (before, after) => {
  expect(repointSettings("set-fields", { fields: [mapped(before)] }, ids)).toEqual({ fields: [mapped(after)] });
});
