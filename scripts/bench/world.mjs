import { createHmac, randomUUID } from "node:crypto";
import { encryptSecret } from "./secret.mjs";

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

const SIGNING_SECRET = "a secret of the bench";

/** The asynchronous cycle again, its webhook with a check of the signature that `signedHeaders` are. */
async function makeSignedCycle(client, accountId, encryptionKey) {
  const check = { kind: "hmac", header: "X-Signature", prefix: "sha256=" };
  const graph = graphOf(branches("express", "normal"), { ...steps, hook: { type: "webhook", settings: { check } } });
  const cycle = await makeCycle(client, accountId, "Signed", graph);
  await client.query(
    `INSERT INTO "StepSecret" ("cycleId", "stepId", name, ciphertext, "updatedAt") VALUES ($1, 'hook', 'check', $2, now())`,
    [cycle.cycleId, encryptSecret(SIGNING_SECRET, encryptionKey)],
  );
  return cycle;
}

/** What restructures the data of a request as users do: some fields in other places, one that is reckoned. */
const SCRIPT = `function after_webhook() {
  const { order, customer, note } = method_request;
  const quantity = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  method_request = { order: { id: order.id, total: order.total, quantity }, lines: order.lines, customer, note };
}`;

/** The asynchronous cycle again, its webhook with a script: that one when it is left out. */
export const scriptedGraph = (script = SCRIPT) =>
  graphOf(branches("express", "normal"), { ...steps, hook: { type: "webhook", settings: { script } } });

/** Writes the cycles that are measured, with the limits that new cycles and accounts have. */
export async function makeWorld(client, encryptionKey) {
  const [partnerId, accountId] = [randomUUID(), randomUUID()];
  await client.query(`INSERT INTO "Partner" (id, name) VALUES ($1, 'Bench')`, [partnerId]);
  await client.query(`INSERT INTO "Account" (id, "partnerId", name) VALUES ($1, $2, 'Bench')`, [accountId, partnerId]);
  const asynchronous = await makeCycle(client, accountId, "Asynchronous", graphOf(branches("express", "normal")));
  const synchronous = await makeCycle(client, accountId, "Synchronous", graphOf(branches("found", "refused")));
  const signed = await makeSignedCycle(client, accountId, encryptionKey);
  const scripted = await makeCycle(client, accountId, "Scripted", scriptedGraph());
  const cycleIds = [asynchronous, synchronous, signed, scripted].map(({ cycleId }) => cycleId);
  return { accountId, asynchronous, synchronous, signed, scripted, cycleIds };
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

/** What a sender adds to a request with that body. */
export const signedHeaders = {
  "X-Signature": `sha256=${createHmac("sha256", SIGNING_SECRET).update(orderBody).digest("hex")}`,
};

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
