import { expect, it } from "vitest";
import { fieldsFromJson } from "./fields-from-json";

const source = {
  stepId: "order",
  name: "Order",
  type: "webhook",
  origin: "",
  sample: { body: { customer: { email: "x" } } },
};
const options = { sources: [source], bodyFirst: new Set(["order"]) };

it("maps fields that an earlier step has, and types the others", () => {
  expect(fieldsFromJson({ customer: { email: "a@b", age: 7 }, tags: ["x"] }, options)).toEqual([
    { name: "customer.email", value: { source: "step-field", stepId: "order", path: ["body", "customer", "email"] } },
    { name: "customer.age", value: { source: "value", text: "7" } },
    { name: "tags", value: { source: "value", text: '["x"]' } },
  ]);
});

it("makes nothing of what is no object", () => {
  expect(fieldsFromJson(["a"], options)).toEqual([]);
});
