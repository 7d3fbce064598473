import { checkLedger, drain, WRONG } from "./harness/ledger.mjs";
import { startLoad } from "./harness/load.mjs";
import { until } from "./harness/until.mjs";

/** What new cycles have. */
const PARALLEL_LIMIT = 10;

/**
 * @typedef {object} Setting
 * @property {import("./harness/stack.mjs").Stack} stack
 * @property {import("./harness/stub.mjs").Stub} stub
 * @property {import("./harness/world.mjs").Target[]} targets
 * @property {number} perSecond requests
 * @property {number} warmUp requests answered before the fault, and after it; at random up to twice as many
 * @property {number} outageMs how long the database is away; 0 is until every worker has lost its lease
 * @property {() => number} random
 */

/** Sends calls that get no answer until as many are under way as the cycle may have: none of its slots has been lost. */
async function fillAllSlots({ stack, stub, targets }) {
  const target = targets.find(({ kind }) => kind === "call");
  stub.mostInFlight = 0;
  stub.hold();
  const load = startLoad({ urls: stack.webs.map(({ url }) => url), targets: [target], most: PARALLEL_LIMIT * 3 });
  try {
    // For less long than a call waits for its answer: each is made once.
    await until("every slot is taken", () => stub.inFlight >= PARALLEL_LIMIT, { timeoutMs: 20_000 }).catch(() => {});
    await load.answersMore(0);
  } finally {
    stub.release();
  }
  const sent = await load.stop();
  await drain(stack);
  return { sent, slots: stub.mostInFlight };
}

/** What is wrong with a ledger, in words; empty when nothing is. */
export function problemsOf(ledger) {
  const problems = WRONG.filter((name) => ledger[name] !== 0).map((name) => `${name}: ${ledger[name]}`);
  if (ledger.mostCalls > 2) problems.push(`an outside call was made ${ledger.mostCalls} times`);
  if (ledger.slots !== PARALLEL_LIMIT) problems.push(`${ledger.slots} of ${PARALLEL_LIMIT} slots could be used`);
  if (ledger.completed === 0) problems.push("nothing was completed");
  return problems;
}

/**
 * Lets a fault happen under load, waits until Spoke serves again by itself and has ended everything, and checks what became of
 * each request.
 *
 * @param {Setting} setting
 * @param {import("./faults.mjs").Fault} fault
 * @returns {Promise<import("./harness/ledger.mjs").Ledger & { slots: number }>} `slots` is how many the cycle could use at the end
 */
export async function runFault(setting, fault) {
  const { stack, stub, targets, perSecond, warmUp, outageMs, random } = setting;
  stub.calls.clear();
  const load = startLoad({ urls: stack.webs.map(({ url }) => url), targets, perSecond, connections: 200 });
  let sent;
  let span;
  try {
    await load.answersMore(Math.ceil(warmUp * (1 + random())));
    span = await fault.act({ stack, stub, load, outageMs, random });
    await until("every cycle is served again", () =>
      targets.every(({ kind }) => (load.servedAt.get(kind) ?? 0) >= span.endMs),
    );
    await load.answersMore(warmUp);
  } finally {
    sent = await load.stop();
  }
  await drain(stack);
  const used = await fillAllSlots(setting);
  const ledger = await checkLedger(stack, { sent: [...sent, ...used.sent], targets, stub, ...span });
  return { ...ledger, slots: used.slots };
}
