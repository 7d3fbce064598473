import { randomUUID } from "node:crypto";

const field = (stepId, ...path) => ({ source: "step-field", stepId, path });
const text = (value) => ({ source: "value", text: value });

const steps = {
  hook: { type: "webhook", settings: {} },
  order: {
    type: "set-fields",
    settings: {
      fields: [
        { name: "id", value: field("hook", "body", "order", "id") },
        { name: "total", value: field("hook", "body", "order", "total") },
        { name: "customer.email", value: field("hook", "body", "customer", "email") },
        { name: "source", value: text("bench") },
      ],
    },
  },
  large: {
    type: "decision",
    settings: {
      groups: [
        {
          conditions: [{ left: field("order", "total"), operator: "greater", type: "number", right: text("100") }],
        },
      ],
    },
  },
  express: { type: "set-fields", settings: { fields: [{ name: "way", value: text("express") }] } },
  normal: { type: "set-fields", settings: { fields: [{ name: "way", value: text("normal") }] } },
  found: {
    type: "sync-response",
    settings: { fields: [{ name: "id", value: field("order", "id") }] },
  },
  refused: {
    type: "sync-response",
    settings: { status: 404, bodyKind: "raw", contentType: "text/plain", raw: "none" },
  },
};

const begin = [
  { from: "hook", exit: "next", to: "order" },
  { from: "order", exit: "next", to: "large" },
];
const branches = (yes, no) => [
  ...begin,
  { from: "large", exit: "true", to: yes },
  { from: "large", exit: "false", to: no },
];

/** A graph of the steps that `edges` name, as `known` has them by their ids. */
export function graphOf(edges, known = steps) {
  const ids = [...new Set(edges.flatMap((edge) => [edge.from, edge.to]))];
  return {
    steps: ids.map((id, index) => ({ id, name: id, position: { x: index * 200, y: 0 }, ...known[id] })),
    edges,
    variables: [],
  };
}

/** Writes a running cycle that begins with the webhook step `hook`; gives its id and the path of its webhook. */
export async function makeCycle(client, accountId, name, graph) {
  const [cycleId, versionId] = [randomUUID(), randomUUID()];
  const identifier = `Bench${randomUUID().replaceAll("-", "")}`.slice(0, 22);
  await client.query(
    `INSERT INTO "Cycle" (id, "accountId", name, state, "startedAt", draft, "publishedRevision", "updatedAt")
     VALUES ($1, $2, $3, 'RUNNING', now(), $4, 1, now())`,
    [cycleId, accountId, name, graph],
  );
  await client.query(`INSERT INTO "CycleVersion" (id, "cycleId", number, graph) VALUES ($1, $2, 1, $3)`, [
    versionId,
    cycleId,
    graph,
  ]);
  await client.query(`UPDATE "Cycle" SET "publishedVersionId" = $2 WHERE id = $1`, [cycleId, versionId]);
  await client.query(
    `INSERT INTO "Webhook" (id, identifier, "accountId", "cycleId", "stepId", "stepName")
     VALUES ($1, $2, $3, $4, 'hook', 'hook')`,
    [randomUUID(), identifier, accountId, cycleId],
  );
  return { cycleId, path: `/api/webhook/${identifier}` };
}

/** Writes the cycles that are measured, with the limits that new cycles and accounts have. */
export async function makeWorld(client) {
  const [partnerId, accountId] = [randomUUID(), randomUUID()];
  await client.query(`INSERT INTO "Partner" (id, name) VALUES ($1, 'Bench')`, [partnerId]);
  await client.query(`INSERT INTO "Account" (id, "partnerId", name) VALUES ($1, $2, 'Bench')`, [accountId, partnerId]);
  const asynchronous = await makeCycle(client, accountId, "Asynchronous", graphOf(branches("express", "normal")));
  const synchronous = await makeCycle(client, accountId, "Synchronous", graphOf(branches("found", "refused")));
  return { accountId, asynchronous, synchronous, cycleIds: [asynchronous.cycleId, synchronous.cycleId] };
}

/** An order of about 1 KB. */
export const orderBody = JSON.stringify({
  order: {
    id: "A-1029384",
    total: 149.9,
    currency: "EUR",
    lines: Array.from({ length: 8 }, (_, index) => ({
      sku: `SKU-${1000 + index}`,
      title: `Article number ${index} of the catalogue`,
      quantity: index + 1,
      price: 9.99,
    })),
  },
  customer: { id: 4711, email: "jane@example.com", name: "Jane Example" },
  note: "leave it at the door",
});

/** Queues jobs for a cycle that was stopped an hour ago, as its callers would have left them. */
export async function queueForStoppedCycle(client, { accountId, asynchronous }, jobs) {
  const stopped = randomUUID();
  await client.query(
    `INSERT INTO "Cycle" (id, "accountId", name, state, "startedAt", "stoppedAt", draft, "publishedRevision", "updatedAt")
     SELECT $1, "accountId", 'Stopped', 'STOPPED', now() - interval '2 hours', now() - interval '1 hour', draft, 1, now()
     FROM "Cycle" WHERE id = $2`,
    [stopped, asynchronous.cycleId],
  );
  // What is measured never looks at their transactions.
  await client.query(
    `INSERT INTO "Job" (seq, "transactionId", "accountId", "cycleId", lane, "runAt")
     SELECT nextval('acceptance_seq'), gen_random_uuid(), $1, $2, 1, now() FROM generate_series(1, $3::int)`,
    [accountId, stopped, jobs],
  );
}
