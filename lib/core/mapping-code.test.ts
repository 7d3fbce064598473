import { expect, it } from "vitest";
import { replaceStepsInCode } from "./mapping-code";

const ids = new Map([["order", "order_2"]]);

it.each([
  ["steps.order.body.total * 2", "steps.order_2.body.total * 2"],
  ["steps?.order?.body", "steps?.order_2?.body"],
  [`steps["order"].body + steps['order'].body`, `steps["order_2"].body + steps['order_2'].body`],
  ["steps.order", "steps.order_2"],
  ["steps.orders.body", "steps.orders.body"],
  ["steps.call.body.steps.order", "steps.call.body.steps.order"],
  ["my.steps.order + mysteps.order", "my.steps.order + mysteps.order"],
  ["order.body", "order.body"],
  [`steps["order'].body`, `steps["order'].body`],
])("makes of %s the code %s", (code, replaced) => {
  expect(replaceStepsInCode(code, ids)).toBe(replaced);
});
