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
