import { randomBytes, randomUUID } from "node:crypto";

const graph = {
  steps: [
    { id: "start", type: "webhook", name: "Start", position: { x: 0, y: 0 }, settings: {} },
    {
      id: "hook",
      type: "webhook",
      name: "Hook",
      position: { x: 300, y: 0 },
      settings: {
        matchIncoming: "body.id",
        keepEarlySeconds: 3_600,
        matchExisting: { source: "step-field", stepId: "start", path: ["body", "id"] },
      },
    },
    { id: "end", type: "stop", name: "End", position: { x: 600, y: 0 }, settings: {} },
  ],
  edges: [
    { from: "start", exit: "next", to: "hook" },
    { from: "hook", exit: "next", to: "end" },
  ],
  variables: [],
};

/** A running cycle with so many transactions of as many days that are held at its webhook, each with a value of its own. */
export async function makeHeld(client, count, days = 1) {
  const ids = { partner: randomUUID(), account: randomUUID(), cycle: randomUUID(), version: randomUUID() };
  const identifier = randomBytes(11).toString("hex");
  const run = (text, ...parameters) => client.query(text, parameters);
  await run(`INSERT INTO "Partner" (id, name) VALUES ($1, 'Bench')`, ids.partner);
  await run(`INSERT INTO "Account" (id, "partnerId", name) VALUES ($1, $2, 'Bench')`, ids.account, ids.partner);
  await run(
    `INSERT INTO "Cycle" (id, "accountId", name, state, "startedAt", draft, "updatedAt") VALUES ($1, $2, 'Held', 'RUNNING', now(), $3, now())`,
    ids.cycle,
    ids.account,
    graph,
  );
  await run(
    `INSERT INTO "CycleVersion" (id, "cycleId", number, graph) VALUES ($1, $2, 1, $3)`,
    ids.version,
    ids.cycle,
    graph,
  );
  await run(`UPDATE "Cycle" SET "publishedVersionId" = $2 WHERE id = $1`, ids.cycle, ids.version);
  await run(
    `INSERT INTO "Webhook" (id, identifier, "accountId", "cycleId", "stepId", "stepName") VALUES ($1, $2, $3, $4, 'hook', 'Hook')`,
    randomUUID(),
    identifier,
    ids.account,
    ids.cycle,
  );
  await run(
    `WITH made AS (
       INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", state, "acceptedAt", "startedAt", input)
       SELECT uuidv7(-(n % $5::int) * interval '1 day'), nextval('acceptance_seq'), $1, $2, $3, 'start', 'HELD', now(), now(),
         '{"body":{},"query":{},"headers":{}}'
       FROM generate_series(1, $4::int) AS n
       RETURNING id, seq
     ), numbered AS (
       SELECT id, seq, row_number() OVER (ORDER BY seq) AS n FROM made
     ), reached AS (
       INSERT INTO "ReachedWebhook" ("transactionId", "stepId", "accountId", "cycleId", seq, value, held, since)
       SELECT id, 'hook', $1, $2, seq, 'order ' || n, true, now() FROM numbered
     )
     INSERT INTO "Checkpoint" ("transactionId", number, steps, waits)
     SELECT id, 1, '[{"stepId":"start","visit":1,"outcome":"done","exit":"next","startedAt":"2026-01-01T00:00:00.000Z","durationMs":0}]',
       '[{"stepId":"hook","visit":1,"reason":"hold","startedAt":"2026-01-01T00:00:00.000Z","until":null}]'
     FROM numbered`,
    ids.account,
    ids.cycle,
    ids.version,
    count,
    days,
  );
  await run(`VACUUM ANALYZE "ReachedWebhook", "Transaction", "Checkpoint"`);
  return { identifier, count };
}
