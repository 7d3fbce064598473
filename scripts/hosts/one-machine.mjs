import { startLoad as startRawLoad, stop } from "../bench/processes.mjs";
import { orderBody } from "../bench/world.mjs";
import { checkLedger, drain } from "../faults/harness/ledger.mjs";
import { startLoad } from "../faults/harness/load.mjs";
import { startStack } from "../faults/harness/stack.mjs";
import { startStub } from "../faults/harness/stub.mjs";
import { makeWorld } from "../faults/harness/world.mjs";
import { median } from "../median.mjs";
import { step } from "../setup/progress.mjs";

const LEDGER_CONNECTIONS = 50;
/** A process that has just been started compiles while it runs, and the more processes, the fewer requests each has had. */
const WARM_UP_SECONDS = 12;
const LEDGER_SECONDS = 15;
const ORDER_SECONDS = 8;
const ORDER_CALL_MS = 4;

/** How much slower two web processes and three workers may be than one and one before it counts as slower and not as noise. */
const LEAST_RATIO = 0.9;

/** Transactions per second from the first request to the last end, with a load that asks for as many as it gets. */
async function measureRate({ stack, loads, target, seconds, connections }) {
  const ports = stack.webs.map(({ url }) => Number(new URL(url).port));
  const [{ n: before }] = await stack.query(`SELECT count(*)::int AS n FROM "Transaction" WHERE state = 'COMPLETED'`);
  const begin = performance.now();
  await Promise.all(
    loads.map(({ run }, index) =>
      run({
        ...{ port: ports[index % ports.length], path: target.path, body: orderBody, seconds },
        connections: Math.ceil(connections / loads.length),
      }),
    ),
  );
  await drainJobs(stack);
  const took = (performance.now() - begin) / 1000;
  const [{ n: after }] = await stack.query(`SELECT count(*)::int AS n FROM "Transaction" WHERE state = 'COMPLETED'`);
  await stack.query("CHECKPOINT");
  return (after - before) / took;
}

async function drainJobs(stack) {
  while ((await stack.query(`SELECT 1 FROM "Job" LIMIT 1`)).length > 0);
}

/**
 * Compares two web processes and three workers with one and one, in turns so that both have the same minutes.
 *
 * @returns {Promise<{ few: number, many: number, ratio: number, rounds: number[] }>} medians per second, and of the ratios
 */
async function compareRates({ stacks: [few, many], targets, rounds, seconds, connections }) {
  const loads = [startRawLoad(), startRawLoad()];
  const results = [];
  try {
    for (const [index, stack] of [few, many].entries())
      await measureRate({ stack, loads, target: targets[index], seconds: WARM_UP_SECONDS, connections });
    for (let round = 1; round <= rounds; round++) {
      const result = await step(`Rate, round ${round} of ${rounds}`, async () => {
        // Who begins changes, so that a machine that gets slower or faster favours nobody.
        const order = round % 2 === 0 ? [1, 0] : [0, 1];
        const rates = [0, 0];
        for (const index of order)
          rates[index] = await measureRate({
            stack: [few, many][index],
            loads,
            target: targets[index],
            seconds,
            connections,
          });
        return { few: rates[0], many: rates[1], ratio: rates[1] / rates[0] };
      });
      results.push(result);
    }
  } finally {
    await Promise.all(loads.map(({ child }) => stop(child)));
  }
  const of = (name) => median(results.map((result) => result[name]));
  return { few: of("few"), many: of("many"), ratio: of("ratio"), rounds: results.map(({ ratio }) => ratio) };
}

/** Sends to both web processes as much as they take, and counts what became of it. */
async function countAll({ stack, stub, targets }) {
  const load = startLoad({ urls: stack.webs.map(({ url }) => url), targets, connections: LEDGER_CONNECTIONS });
  await new Promise((resolve) => setTimeout(resolve, LEDGER_SECONDS * 1000));
  const sent = await load.stop();
  await drain(stack);
  return checkLedger(stack, { sent, targets, stub });
}

/**
 * Sends to both web processes, each request after the answer to the one before, for a cycle whose limit is 1. The outside
 * application sees what ran when: it has one clock for all workers.
 */
async function checkOrder({ stack, stub, target }) {
  await stack.query(`UPDATE "Cycle" SET "parallelLimit" = 1 WHERE id = $1`, [target.cycleId]);
  await stack.query("SELECT pg_notify('spoke_cycles', $1)", [target.cycleId]);
  Object.assign(stub, { slowMs: ORDER_CALL_MS, mostInFlight: 0 });
  stub.calls.clear();
  const senders = stack.webs.map(({ url }) => startLoad({ urls: [url], targets: [target], connections: 1 }));
  await new Promise((resolve) => setTimeout(resolve, ORDER_SECONDS * 1000));
  const sent = await Promise.all(senders.map((sender) => sender.stop()));
  await drain(stack);
  const ids = sent.flat().flatMap(({ id }) => id ?? []);
  const rows = await stack.query(`SELECT id, seq FROM "Transaction" WHERE id = ANY ($1::uuid[]) ORDER BY seq`, [ids]);
  const seqs = new Map(rows.map(({ id, seq }) => [id, Number(seq)]));
  const descents = (numbers) => numbers.filter((number, index) => index > 0 && number <= numbers[index - 1]).length;
  const calls = rows.map(({ id }) => stub.calls.get(`${id}-call-1`)?.[0] ?? 0);
  return {
    ledger: await checkLedger(stack, { sent: sent.flat(), targets: [target], stub }),
    overtaken: descents(calls) + sent.reduce((sum, own) => sum + descents(own.map(({ id }) => seqs.get(id) ?? 0)), 0),
    mostAtOnce: stub.mostInFlight,
  };
}

/**
 * Runs two web processes and three workers on one database of this machine.
 *
 * @param {{ rounds: number, seconds: number, connections: number }} options
 */
export async function runOneMachine({ rounds, seconds, connections }) {
  const stub = await startStub({ slowMs: 20 });
  const stacks = [];
  try {
    await step("Starting one web process and one worker", async () => stacks.push(await startStack()));
    await step("Starting two web processes and three workers", async () =>
      stacks.push(await startStack({ webs: 2, workers: 3 })),
    );
    const worlds = [];
    for (const stack of stacks)
      worlds.push(await stack.withConnection((client) => makeWorld(client, { stubUrl: stub.url })));
    const targets = worlds.map((world) => world.find(({ kind }) => kind === "pure"));
    const rates = await compareRates({ stacks, targets, rounds, seconds, connections });
    const [, stack] = stacks;
    stub.calls.clear();
    const all = await step("Counting what both doors accept", () => countAll({ stack, stub, targets: worlds[1] }));
    const target = worlds[1].find(({ kind }) => kind === "call");
    const order = await step("Checking the order where the limit is 1", () => checkOrder({ stack, stub, target }));
    const wrong = [];
    if (rates.ratio < LEAST_RATIO) wrong.push(`The rate is ${rates.ratio.toFixed(2)} of that of one and one.`);
    if (order.overtaken > 0) wrong.push(`${order.overtaken} transactions did not keep their order.`);
    if (order.mostAtOnce > 1) wrong.push(`${order.mostAtOnce} transactions ran at once where the limit is 1.`);
    return { rates, all, order, wrong };
  } finally {
    await Promise.all(stacks.map((stack) => stack.stop()));
    await stub.stop();
  }
}
