/** @param {string} stepId @param {...(string | number)} path */
const field = (stepId, ...path) => ({ source: "step-field", stepId, path });
/** @param {string} value */
const text = (value) => ({ source: "value", text: value });

/** A cycle that calls an outside system, as an exported file. @param {string} erpUrl */
export const invoiceDispatch = (erpUrl) => ({
  spoke: 1,
  name: "Invoice dispatch",
  parallelLimit: 5,
  graph: {
    steps: [
      { id: "paid", type: "webhook", name: "Order paid", position: { x: 0, y: 0 }, settings: {} },
      {
        id: "invoice",
        type: "http-request",
        name: "Create invoice",
        position: { x: 320, y: 0 },
        settings: {
          method: "POST",
          url: "{{var.erp}}/invoices",
          headers: [{ name: "X-Source", value: text("shop") }],
          auth: "bearer",
          body: [
            { name: "reference", value: field("paid", "body", "order", "id") },
            { name: "customer.number", value: field("paid", "body", "order", "customerNumber") },
            { name: "amount", value: field("paid", "body", "order", "total") },
          ],
        },
      },
      {
        id: "done",
        type: "stop",
        name: "Done",
        position: { x: 640, y: 0 },
        settings: { outcome: "completed", message: "Invoice {{invoice.body.number}}" },
      },
    ],
    edges: [
      { from: "paid", exit: "next", to: "invoice" },
      { from: "invoice", exit: "next", to: "done" },
    ],
    variables: [{ name: "erp", value: erpUrl }],
  },
});

/** A cycle that is not complete yet, as an exported file. */
export const stockSync = {
  spoke: 1,
  name: "Stock sync",
  parallelLimit: 1,
  graph: {
    steps: [
      { id: "changed", type: "webhook", name: "Stock changed", position: { x: 0, y: 96 }, settings: {} },
      { id: "low", type: "decision", name: "Running low?", position: { x: 320, y: 96 }, settings: {} },
      {
        id: "reorder",
        type: "http-request",
        name: "Reorder",
        position: { x: 640, y: 0 },
        settings: { method: "POST", auth: "bearer" },
      },
      {
        id: "summary",
        type: "set-fields",
        name: "Summary",
        position: { x: 640, y: 224 },
        settings: { fields: [{ name: "sku", value: field("changed", "body", "sku") }] },
      },
    ],
    edges: [
      { from: "changed", exit: "next", to: "low" },
      { from: "low", exit: "true", to: "reorder" },
    ],
    variables: [],
  },
};

/** @param {{ id: string, type: string, name: string, settings?: object }[]} steps in a row */
const row = (...steps) => steps.map((step, index) => ({ settings: {}, ...step, position: { x: index * 320, y: 96 } }));

/** @param {...string} path below the step's data @param {string} operator @param {string} value */
const when = (stepId, path, operator, value) => ({
  join: "and",
  groups: [{ join: "and", conditions: [{ left: field(stepId, ...path), operator, type: "auto", right: text(value) }] }],
});

const onlyPaid = `function after_webhook() {
  const { order } = method_request;
  if (order.status !== "paid") return false;
  method_request = {
    id: order.id,
    cents: Math.round(order.total * 100),
    lines: order.items.map(({ sku, quantity }) => ({ sku, quantity })),
  };
  console.log("Order", order.id, "has lines:", order.items.length);
}
`;

/** Orders that are signed, looked at by a script, and may come twice, as an exported file. */
export const shopOrders = {
  spoke: 1,
  name: "Shop orders",
  parallelLimit: 5,
  graph: {
    steps: row(
      {
        id: "order",
        type: "webhook",
        name: "Order",
        settings: {
          check: { kind: "standard-webhooks" },
          duplicates: { kind: "preset", windowSeconds: 86_400 },
          script: onlyPaid,
        },
      },
      {
        id: "done",
        type: "stop",
        name: "Done",
        settings: { outcome: "completed", message: "Order {{order.body.id}}" },
      },
    ),
    edges: [{ from: "order", exit: "next", to: "done" }],
    variables: [],
  },
};

/** Orders that wait for the number of their parcel, as an exported file. */
export const parcelTracking = {
  spoke: 1,
  name: "Parcel tracking",
  parallelLimit: 5,
  graph: {
    steps: row(
      { id: "order", type: "webhook", name: "Order" },
      {
        id: "parcel",
        type: "webhook",
        name: "Parcel",
        settings: {
          fields: [
            { path: "body.order", kind: "text", example: "B-7001" },
            { path: "body.status", kind: "text", example: "Despatched" },
          ],
          matchIncoming: "body.order",
          matchExisting: field("order", "body", "order", "id"),
          keepEarlySeconds: 3_600,
          timeoutSeconds: 1_209_600,
        },
      },
      {
        id: "despatched",
        type: "decision",
        name: "Despatched?",
        settings: when("parcel", ["body", "status"], "equals", "Despatched"),
      },
    ),
    edges: [
      { from: "order", exit: "next", to: "parcel" },
      { from: "parcel", exit: "next", to: "despatched" },
    ],
    variables: [],
  },
};

/** A cycle that is put on hold, as an exported file. */
export const heldLabels = {
  spoke: 1,
  name: "Parcel labels",
  parallelLimit: 1,
  graph: {
    steps: row(
      { id: "parcel", type: "webhook", name: "Parcel" },
      {
        id: "print",
        type: "set-fields",
        name: "Label",
        settings: { fields: [{ name: "text", value: text("Parcel") }] },
      },
    ),
    edges: [{ from: "parcel", exit: "next", to: "print" }],
    variables: [],
  },
};
