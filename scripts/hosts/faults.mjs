import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../faults/harness/until.mjs";
import { makeWorld } from "../faults/harness/world.mjs";
import { findDatabase, loseDatabase, plugCable, pullCable } from "./network.mjs";

/** So slow that a worker always has a call under way. */
const SLOW_CALL_MS = 1_500;

/** Shorter than any patience: connections survive it. */
const SHORT_CUT_SECONDS = 8;
const LONG_CUT_SECONDS = 60;
const FLAKY_SECONDS = 30;
const FLAP_MS = 300;
const STEADY_MS = 1_700;

/** How long a web process believes what it knows without a sign of life from the database, and a little more. */
const BELIEF_MS = 3_500;

/** How long requests are sent before a fault and after it, in milliseconds. */
const BEFORE_MS = 3_000;
const AFTER_MS = 5_000;

/**
 * @typedef {object} Scene what a fault happens to
 * @property {import("../faults/harness/stack.mjs").Stack} stack
 * @property {import("./database-pair.mjs").DatabasePair} pair
 * @property {import("../faults/harness/stub.mjs").Stub} stub
 * @property {(web: number) => import("../faults/harness/load.mjs").Load} load what web process 0 or 1 is sent
 * @property {import("../faults/harness/world.mjs").Target} watched a cycle of this fault's own; nothing is sent to it yet
 * @property {(web: number, target: import("../faults/harness/world.mjs").Target) => import("../faults/harness/load.mjs").Load} watch sends
 *   requests to one cycle
 * @property {number} cutSeconds
 *
 * @typedef {object} Happening
 * @property {number} again seconds until it served again
 * @property {string[]} notes what else was seen, in sentences
 * @property {string[]} wrong what must not be, in sentences
 */

const seconds = (/** @type {number} */ ms) => Math.round(ms / 100) / 10;

/** Requests of a load that were sent from `fromMs` on and had their answer before `toMs`. */
const between = (sent, fromMs, toMs) => sent.filter(({ at, ms }) => at >= fromMs && at + ms <= toMs);

/** Seconds from `sinceMs` until a request was accepted that had been sent after it. */
async function untilAccepted(load, sinceMs) {
  const find = () => load.sent.find(({ at, status }) => at >= sinceMs && status === 200);
  const first = await until("a request is accepted again", find, { timeoutMs: 120_000, everyMs: 20 });
  return seconds(first.at + first.ms - sinceMs);
}

/** The longest time between two requests that were accepted, in seconds. */
function longestPause(sent) {
  const times = sent.filter(({ status }) => status === 200).map(({ at, ms }) => at + ms);
  const pauses = times.sort((a, b) => a - b).map((time, index) => time - (times[index - 1] ?? time));
  return seconds(Math.max(0, ...pauses));
}

/** A worker as the database knows it, by its process. */
const READ_WORKER = `SELECT id FROM "Worker" WHERE pid = $1 AND "aliveUntil" > now()`;
const COUNT_CLAIMED = `SELECT count(*)::int AS n FROM "Job" WHERE status = 'CLAIMED' AND "lockedBy" = $1`;

/**
 * Cuts a worker off with all that it has in hand, and lets it back after a while.
 *
 * @param {Scene} scene
 * @param {{ index: number, cut: () => Promise<unknown>, mend: () => Promise<unknown> }} way
 * @returns {Promise<Happening>}
 */
async function cutWorker({ stack, stub, load, cutSeconds }, { index, cut, mend }) {
  const worker = stack.workers[index];
  const { pid, starts } = worker;
  const [{ id }] = await stack.query(READ_WORKER, [pid]);
  const holds = async () => (await stack.query(COUNT_CLAIMED, [id]))[0].n;
  const quickMs = stub.slowMs;
  stub.slowMs = SLOW_CALL_MS;
  await sleep(BEFORE_MS);
  await until("the worker holds something", async () => (await holds()) > 0, { everyMs: 5 });
  const cutMs = Date.now();
  await cut();
  const held = await holds();
  stub.slowMs = quickMs;
  await until("others have what it held", async () => (await holds()) === 0, { timeoutMs: 90_000 });
  const again = seconds(Date.now() - cutMs);
  await sleep(cutMs + cutSeconds * 1000 - Date.now());
  await mend();
  const mendedMs = Date.now();
  await until("the worker is back", async () => (await stack.query(READ_WORKER, [pid])).some((row) => row.id !== id));
  const back = seconds(Date.now() - mendedMs);
  await sleep(AFTER_MS);
  const pause = Math.max(longestPause(load(0).sent), longestPause(load(1).sent));
  return {
    again,
    notes: [
      `The worker held ${held} transactions when it was cut off; others had taken them after ${again} s.`,
      `${back} s after it was let back it claimed again, as the same process under another lease.`,
      `No web process went longer than ${pause} s without accepting a request.`,
    ],
    wrong: worker.starts > starts ? ["The worker was started anew."] : [],
  };
}

/** Changes the watched cycle as a stop of long ago, while a web process can't hear of it. */
const stopCycle = (stack, cycleId) =>
  stack.query(
    `WITH stopped AS (
       UPDATE "Cycle" SET state = 'STOPPED', "stoppedAt" = now() - interval '25 hours' WHERE id = $1 RETURNING id
     ) SELECT pg_notify('spoke_cycles', id::text) FROM stopped`,
    [cycleId],
  );

async function readiness(url) {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(20_000) });
  return `${answer.status} ${(await answer.text()).trim()}`;
}

/** Loses all between a web process and the database for a while; a cycle is stopped meanwhile. @param {Scene} scene */
async function cutWeb({ stack, pair, load, watch, watched }, cutSeconds) {
  const watching = watch(0, watched);
  await sleep(BEFORE_MS);
  await watching.answersMore(1);
  await loseDatabase("web1", pair.primary);
  const cutMs = Date.now();
  await stopCycle(stack, watched.cycleId);
  const ready = await readiness(stack.webs[0].url);
  await sleep(cutMs + cutSeconds * 1000 - Date.now());
  await findDatabase("web1", pair.primary);
  const mendedMs = Date.now();
  const again = await untilAccepted(load(0), mendedMs);
  const knows = () => watching.sent.find(({ at, status }) => at >= mendedMs && status === 406);
  await until("the web process knows that the cycle is stopped", knows);
  await sleep(AFTER_MS);
  const sent = await watching.stop();
  const accepted = between(load(0).sent, cutMs, mendedMs).filter(({ status }) => status === 200).length;
  const refused = between(load(0).sent, cutMs, mendedMs).filter(({ status }) => status === 503).length;
  const stale = sent.filter(({ at, status }) => at >= cutMs + BELIEF_MS && status === 200).length;
  const early = sent.filter(({ at, status }) => at >= cutMs && at < cutMs + BELIEF_MS && status === 200).length;
  const wrong = [];
  if (accepted > 0) wrong.push(`${accepted} requests were accepted without a database.`);
  if (stale > 0) wrong.push(`${stale} requests were accepted for a cycle that had been stopped.`);
  if (!ready.startsWith("503")) wrong.push(`/readyz answered ${ready} without a database.`);
  return {
    again,
    notes: [
      `Cut off for ${cutSeconds} s, the web process accepted ${accepted} requests and answered 503 to ${refused}; /readyz said: ${ready}`,
      `Of a cycle that was stopped meanwhile it accepted ${stale} requests, then and afterwards, beside ${early} that came ` +
        "before it could notice and were stored when the network was back.",
      `The other web process went no longer than ${longestPause(load(1).sent)} s without accepting one.`,
    ],
    wrong,
  };
}

/** The primary's machine goes dark; the replica takes over and a new replica joins it. @param {Scene} scene @returns {Promise<Happening>} */
async function failOver({ pair, load }) {
  await sleep(BEFORE_MS);
  const old = pair.primary;
  await pullCable(old);
  const darkMs = Date.now();
  await pair.killPrimary();
  await pair.failOver();
  const tookMs = Date.now() - darkMs;
  const again = Math.max(...(await Promise.all([0, 1].map((web) => untilAccepted(load(web), darkMs)))));
  await sleep(AFTER_MS);
  await plugCable(old);
  const joinMs = Date.now();
  await pair.addReplica(old);
  const joined = seconds(Date.now() - joinMs);
  await sleep(AFTER_MS);
  return {
    again,
    notes: [
      `Promoting the replica and moving the address took ${seconds(tookMs)} s of the ${again} s.`,
      `${joined} s after its machine was back, the old primary was a synchronous replica of the new one, made anew under load.`,
    ],
    wrong: [],
  };
}

/** The replica's cable is pulled, and nothing can be committed as promised until it is plugged in again. @param {Scene} scene @returns {Promise<Happening>} */
async function cutReplica({ pair, load }) {
  await sleep(BEFORE_MS);
  const replica = pair.primary === "db1" ? "db2" : "db1";
  await pullCable(replica);
  const cutMs = Date.now();
  await sleep(LONG_CUT_SECONDS * 1000);
  const pluggedMs = Date.now();
  await plugCable(replica);
  const again = Math.max(...(await Promise.all([0, 1].map((web) => untilAccepted(load(web), pluggedMs)))));
  await sleep(AFTER_MS);
  const during = [0, 1].flatMap((web) => between(load(web).sent, cutMs, pluggedMs));
  const count = (/** @type {number} */ wanted) => during.filter(({ status }) => status === wanted).length;
  return {
    again,
    notes: [
      `For ${LONG_CUT_SECONDS} s without a replica, ${count(200)} requests were accepted and ${count(503)} got 503.`,
    ],
    wrong: count(200) > 0 ? [`${count(200)} requests were accepted that no replica had.`] : [],
  };
}

/** Short interruptions of every cable, one after another. @param {Scene} scene @returns {Promise<Happening>} */
async function flakyNetwork({ load }) {
  await sleep(BEFORE_MS);
  const endMs = Date.now() + FLAKY_SECONDS * 1000;
  const cables = /** @type {const} */ (["web1", "worker1", "db1", "worker2", "web2", "db2", "worker3"]);
  let flaps = 0;
  for (; Date.now() < endMs; flaps++) {
    const cable = cables[flaps % cables.length];
    await pullCable(cable);
    await sleep(FLAP_MS);
    await plugCable(cable);
    await sleep(STEADY_MS);
  }
  const again = Math.max(...(await Promise.all([0, 1].map((web) => untilAccepted(load(web), endMs)))));
  await sleep(AFTER_MS);
  return {
    again,
    notes: [
      `${flaps} interruptions of ${FLAP_MS / 1000} s each; longest time without an accepted request: ` +
        `${Math.max(longestPause(load(0).sent), longestPause(load(1).sent))} s.`,
    ],
    wrong: [],
  };
}

/** What can happen to several machines, by the names that `--only` takes. */
export const FAULTS = {
  worker: {
    title: "a worker's network cut",
    happen: (/** @type {Scene} */ scene) =>
      cutWorker(scene, { index: 0, cut: () => pullCable("worker1"), mend: () => plugCable("worker1") }),
  },
  "worker-database": {
    title: "a worker cut from the database alone",
    happen: (/** @type {Scene} */ scene) => {
      const { primary } = scene.pair;
      const way = { cut: () => loseDatabase("worker2", primary), mend: () => findDatabase("worker2", primary) };
      return cutWorker(scene, { index: 1, ...way });
    },
  },
  "web-short": {
    title: `web cut from the database, ${SHORT_CUT_SECONDS} s`,
    happen: (/** @type {Scene} */ scene) => cutWeb(scene, SHORT_CUT_SECONDS),
  },
  web: {
    title: `web cut from the database, ${LONG_CUT_SECONDS} s`,
    happen: (/** @type {Scene} */ scene) => cutWeb(scene, LONG_CUT_SECONDS),
  },
  flaky: { title: "every cable flickers", happen: flakyNetwork },
  replica: { title: `the only replica cut off, ${LONG_CUT_SECONDS} s`, happen: cutReplica },
  failover: { title: "PostgreSQL fails over", happen: failOver },
};

/** Writes a running cycle that a fault has for itself. */
export async function makeWatched(stack, stubUrl) {
  const [watched] = await stack.withConnection((client) => makeWorld(client, { stubUrl, kinds: ["pure"] }));
  return watched;
}
