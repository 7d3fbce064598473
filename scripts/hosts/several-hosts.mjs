import { once } from "node:events";
import { checkLedger, drain } from "../faults/harness/ledger.mjs";
import { startLoad } from "../faults/harness/load.mjs";
import { Stack } from "../faults/harness/stack.mjs";
import { startStub } from "../faults/harness/stub.mjs";
import { until } from "../faults/harness/until.mjs";
import { makeWorld } from "../faults/harness/world.mjs";
import { DatabasePair } from "./database-pair.mjs";
import { FAULTS, makeWatched } from "./faults.mjs";
import { HOSTS, within } from "./network.mjs";

// Runs on the machine "client" of the network that main.mjs has made, and tells it what came of each fault.

const WEB_PORT = "3000";
const WATCH_PER_SECOND = 10;

/** A cut-off web process keeps requests waiting for up to 15 s each. */
const CONNECTIONS = 600;

/** @param {DatabasePair} pair @param {Stack} stack */
async function startProcesses(stack, pair) {
  await stack.openDatabase(pair.url);
  for (const host of /** @type {const} */ (["web1", "web2"]))
    await stack.addWeb({ env: { HOST: HOSTS[host], PORT: WEB_PORT }, within: within(host) });
  for (const host of /** @type {const} */ (["worker1", "worker2", "worker3"]))
    await stack.addWorker({ within: within(host) });
  await stack.ready();
  await until("the workers are there", async () => (await stack.liveWorkers()) === 3);
}

async function runFault({ fault, stack, pair, stub, targets, perSecond, cutSeconds }) {
  stub.calls.clear();
  const watched = await makeWatched(stack, stub.url);
  const urls = stack.webs.map(({ url }) => url);
  const each = { targets, perSecond: perSecond / 2, connections: CONNECTIONS };
  const loads = urls.map((url) => startLoad({ urls: [url], ...each }));
  const happening = await fault.happen({
    stack,
    pair,
    stub,
    cutSeconds,
    watched,
    load: (web) => loads[web],
    watch: (web, target) =>
      startLoad({ urls: [urls[web]], targets: [target], perSecond: WATCH_PER_SECOND, connections: 100 }),
  });
  const sent = (await Promise.all(loads.map((load) => load.stop()))).flat();
  const drained = await drain(stack);
  return { ...happening, drained, ledger: await checkLedger(stack, { sent, targets, stub }) };
}

async function main({ only, perSecond, cutSeconds }) {
  const stub = await startStub({ host: HOSTS.client });
  const stack = new Stack({ EGRESS_ALLOW: HOSTS.client });
  const pair = new DatabasePair({ folder: stack.folder, onStart: (pid) => stack.watch(pid) });
  process.on("disconnect", () => process.exit()); // what was started goes with us
  try {
    await pair.start();
    await startProcesses(stack, pair);
    const targets = await stack.withConnection((client) => makeWorld(client, { stubUrl: stub.url }));
    for (const name of only) {
      process.send?.({ begins: name });
      const result = await runFault({ fault: FAULTS[name], stack, pair, stub, targets, perSecond, cutSeconds });
      process.send?.({ name, ...result });
    }
  } finally {
    await Promise.all([...stack.webs, ...stack.workers].map((member) => member.stop()));
    await pair.stop();
    await stack.stop();
    await stub.stop();
  }
}

const [options] = await once(process, "message");
await main(options);
process.disconnect();
