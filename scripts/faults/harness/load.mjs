import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "./until.mjs";

const TICK_MS = 10;
/** After a request without an answer, so that a server that is away is not asked in a circle. */
const PAUSE_MS = 50;

/**
 * What became of one request.
 *
 * @typedef {object} Sent
 * @property {string} key its query: no two requests have the same
 * @property {string} kind of the cycle it went to
 * @property {number} at when it was sent, in milliseconds since 1970
 * @property {number} ms until its answer, or until it was given up
 * @property {number} status of the answer; 0 when there was none
 * @property {string} [id] of the transaction that the answer names
 * @property {string} [error] why there was no answer
 *
 * @typedef {object} Load
 * @property {Sent[]} sent in the order in which their answers came
 * @property {() => number} answered how many were answered 200 so far
 * @property {Map<string, number>} servedAt by kind, when the latest request was sent that was answered 200
 * @property {(more: number) => Promise<void>} answersMore resolves when `more` have been answered 200 from now on
 * @property {() => Promise<Sent[]>} stop sends nothing more; resolves when every request has its answer or was given up
 */

function send({ url, agent, body, timeoutMs }) {
  return new Promise((fulfil) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const req = request(url, { method: "POST", agent, headers }, (res) => {
      res.resume();
      res.on("end", () => fulfil({ status: res.statusCode, id: res.headers["x-spoke-transaction-id"] }));
      res.on("error", (error) => fulfil({ status: 0, error: error.code ?? error.message }));
    });
    req.setTimeout(timeoutMs, () => req.destroy(new Error("no answer in time")));
    req.on("error", (error) => fulfil({ status: 0, error: error.code ?? error.message }));
    req.end(body);
  });
}

/**
 * Sends requests to the targets in turn until it is stopped: `perSecond`, or as many as `connections` can. A request without an
 * answer is given up and never sent again; the next one is another.
 *
 * @param {object} options
 * @param {string[]} options.urls of the web processes, which take turns
 * @param {import("./world.mjs").Target[]} options.targets one that is named twice gets twice as many
 * @param {number} [options.perSecond]
 * @param {number} [options.connections] most requests without an answer at the same time
 * @param {number} [options.timeoutMs] how long an answer is waited for
 * @param {number} [options.most] requests in all
 * @returns {Load}
 */
export function startLoad({ urls, targets, perSecond, connections = 20, timeoutMs = 45_000, most = Infinity }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const run = randomUUID().slice(0, 8);
  /** @type {Sent[]} */
  const sent = [];
  const servedAt = new Map();
  let begun = 0;
  let answered = 0;
  let stopped = false;

  async function sendNext() {
    const n = begun++;
    const { kind, path } = targets[n % targets.length];
    const key = `n=${run}-${n}`;
    const body = JSON.stringify({ order: { id: `${run}-${n}`, total: 149.9 }, note: "x".repeat(400) });
    const at = Date.now();
    const result = await send({ url: `${urls[n % urls.length]}${path}?${key}`, agent, body, timeoutMs });
    sent.push({ key, kind, at, ms: Date.now() - at, ...result });
    if (result.status === 200) {
      answered++;
      servedAt.set(kind, Math.max(at, servedAt.get(kind) ?? 0));
    } else await sleep(PAUSE_MS);
  }

  async function sendOneAfterAnother() {
    while (!stopped && begun < most) await sendNext();
  }

  async function sendAtRate() {
    const underWay = new Set();
    const startMs = performance.now();
    let skipped = 0;
    while (!stopped && begun < most) {
      const due = Math.floor(((performance.now() - startMs) / 1000) * perSecond) - skipped;
      while (begun < Math.min(due, most) && underWay.size < connections) {
        const next = sendNext().finally(() => underWay.delete(next));
        underWay.add(next);
      }
      if (begun < due) skipped += due - begun; // what could not be sent in its time is not made up for
      await sleep(TICK_MS);
    }
    await Promise.all(underWay);
  }

  const ended = perSecond ? sendAtRate() : Promise.all(Array.from({ length: connections }, sendOneAfterAnother));
  return {
    sent,
    servedAt,
    answered: () => answered,
    async answersMore(more) {
      const goal = answered + more;
      await until(`${more} more requests are answered 200`, () => answered >= goal, { everyMs: 5 });
    },
    async stop() {
      stopped = true;
      await ended;
      agent.destroy();
      return sent;
    },
  };
}
