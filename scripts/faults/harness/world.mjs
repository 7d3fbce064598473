import { randomUUID } from "node:crypto";
import { graphOf, makeCycle } from "../../bench/world.mjs";

const field = (stepId, ...path) => ({ source: "step-field", stepId, path });
const text = (value) => ({ source: "value", text: value });
const set = (name, value) => ({ type: "set-fields", settings: { fields: [{ name, value }] } });

const hook = { type: "webhook", settings: {} };
const order = set("id", field("hook", "body", "order", "id"));
const large = {
  type: "decision",
  settings: {
    groups: [
      {
        conditions: [
          { left: field("hook", "body", "order", "total"), operator: "greater", type: "number", right: text("100") },
        ],
      },
    ],
  },
};

const row = (...ids) => ids.slice(1).map((to, index) => ({ from: ids[index], exit: "next", to }));

/** The cycles by the kind of what they do. `steps` are those that each transaction goes through. */
const KINDS = {
  /** Only computes. */
  pure: () => ({
    known: { hook, order, large, yes: set("way", text("express")), no: set("way", text("normal")) },
    edges: [
      ...row("hook", "order", "large"),
      { from: "large", exit: "true", to: "yes" },
      { from: "large", exit: "false", to: "no" },
    ],
    steps: ["hook", "order", "large", "yes"],
  }),
  /** Calls an outside application, and goes on with its answer. */
  call: ({ stubUrl }) => ({
    known: {
      hook,
      order,
      call: {
        type: "http-request",
        settings: {
          method: "POST",
          url: stubUrl,
          bodyKind: "json",
          body: [{ name: "id", value: field("order", "id") }],
        },
      },
      after: set("call", field("call", "body", "call")),
    },
    edges: row("hook", "order", "call", "after"),
    steps: ["hook", "order", "call", "after"],
  }),
  /** Answers its caller. */
  sync: () => ({
    known: {
      hook,
      order,
      answer: { type: "sync-response", settings: { fields: [{ name: "id", value: field("order", "id") }] } },
    },
    edges: row("hook", "order", "answer"),
    steps: ["hook", "order", "answer"],
  }),
  /** Waits in the middle. */
  delay: ({ delaySeconds }) => ({
    known: {
      hook,
      order,
      wait: { type: "delay", settings: { amount: delaySeconds, unit: "seconds" } },
      after: set("waited", text("yes")),
    },
    edges: row("hook", "order", "wait", "after"),
    steps: ["hook", "order", "wait", "after"],
  }),
};

/** @typedef {{ kind: string, cycleId: string, path: string, steps: string[] }} Target a cycle that requests are sent to */

/**
 * Writes an account with one running cycle of each kind, with the limits that new cycles and accounts have.
 *
 * @param {import("pg").Client | import("pg").PoolClient} client
 * @param {{ stubUrl: string, delaySeconds?: number, kinds?: string[] }} options
 * @returns {Promise<Target[]>}
 */
export async function makeWorld(client, { stubUrl, delaySeconds = 1, kinds = Object.keys(KINDS) }) {
  const [partnerId, accountId] = [randomUUID(), randomUUID()];
  await client.query(`INSERT INTO "Partner" (id, name) VALUES ($1, 'Faults')`, [partnerId]);
  await client.query(`INSERT INTO "Account" (id, "partnerId", name) VALUES ($1, $2, 'Faults')`, [accountId, partnerId]);
  const targets = [];
  for (const kind of kinds) {
    const { known, edges, steps } = KINDS[kind]({ stubUrl, delaySeconds });
    const cycle = await makeCycle(client, accountId, kind, graphOf(edges, known));
    targets.push({ kind, steps, ...cycle });
  }
  return targets;
}
