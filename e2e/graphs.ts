import type { Edge, Graph, Step } from "@/lib/core/graph";
import type { Mapping, NamedMapping } from "@/lib/core/mapping";

type StepOptions = Partial<Pick<Step, "name" | "onError" | "timeoutSeconds" | "note">>;

/** A step whose id is also its name unless told; steps stand in a row in the order in which they are listed. */
export const step = (id: string, type: string, settings: Step["settings"] = {}, options: StepOptions = {}): Step => ({
  id,
  type,
  name: options.name ?? id,
  position: { x: 0, y: 0 },
  settings,
  ...options,
});

/** `["order", "decide:true", "big"]` is two edges; what follows the colon is the exit, `next` when left out. */
export function edges(...chains: string[][]): Edge[] {
  return chains.flatMap((chain) =>
    chain.slice(1).map((to, index) => {
      const [from = "", exit = "next"] = (chain[index] ?? "").split(":");
      return { from, exit, to: to.split(":")[0] ?? to };
    }),
  );
}

export const graph = (steps: Step[], ...chains: string[][]): Graph => ({
  steps: steps.map((one, index) => ({ ...one, position: { x: index * 260, y: 0 } })),
  edges: edges(...chains),
  variables: [],
});

/** A mapping to an earlier step's field: `from("order", "body", "id")`. */
export const from = (stepId: string, ...path: (string | number)[]): Mapping => ({ source: "step-field", stepId, path });

export const text = (value: string): Mapping => ({ source: "value", text: value });

export const field = (name: string, value: Mapping): NamedMapping => ({ name, value });

/** A Decision's settings with one condition. */
export const when = (left: Mapping, operator: string, right = "", type = "auto") => ({
  join: "and",
  groups: [{ join: "and", conditions: [{ left, operator, type, right: text(right) }] }],
});

/** Webhook, Decision on `body.order.total` over 100, two Set fields that join in a third. */
export const orderIntake = graph(
  [
    step("order", "webhook", {}, { name: "Order" }),
    step("large", "decision", when(from("order", "body", "order", "total"), "greater", "100"), {
      name: "Large order?",
    }),
    step("review", "set-fields", { fields: [field("queue", text("review"))] }, { name: "For review" }),
    step("ship", "set-fields", { fields: [field("queue", text("ship"))] }, { name: "To ship" }),
    step(
      "summary",
      "set-fields",
      { fields: [field("text", text("Order {{order.body.order.id}}"))] },
      { name: "Summary" },
    ),
  ],
  ["order", "large:true", "review", "summary"],
  ["large:false", "ship", "summary"],
);

/** Webhook, Decision on `body.email`, answered 200 with the customer or 404. */
export const customerLookup = graph(
  [
    step("lookup", "webhook", {}, { name: "Lookup" }),
    step("known", "decision", when(from("lookup", "body", "email"), "ends-with", "@example.com"), { name: "Known?" }),
    step("found", "sync-response", {
      status: 200,
      contentType: "application/json",
      bodyKind: "fields",
      fields: [field("customer.email", from("lookup", "body", "email")), field("customer.known", text("yes"))],
    }),
    step("missing", "sync-response", {
      status: 404,
      contentType: "text/plain",
      bodyKind: "raw",
      raw: "No customer {{lookup.body.email}}",
    }),
  ],
  ["lookup", "known:true", "found"],
  ["known:false", "missing"],
);
