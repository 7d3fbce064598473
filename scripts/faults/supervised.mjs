import { step } from "../setup/progress.mjs";
import { Supervised } from "./harness/supervised.mjs";
import { until } from "./harness/until.mjs";
import { makeWorld } from "./harness/world.mjs";
import { runFault } from "./run-fault.mjs";

const ALL = ["web", "worker", "postgres"];

/** Kills processes of what `npm start` runs, while an outside call is under way. */
const kill =
  (names) =>
  async ({ stack, stub }) => {
    await until("an outside call is under way", () => stub.inFlight > 0, { everyMs: 1 });
    const nowMs = Date.now();
    await stack.kill(names);
    return { beginMs: nowMs, endMs: nowMs };
  };

const EACH = [
  { name: "npm start: worker killed", act: kill(["worker"]) },
  { name: "npm start: web process killed", act: kill(["web"]) },
  { name: "npm start: PostgreSQL killed", act: kill(["postgres"]) },
];
const TOGETHER = { name: "npm start: all three killed", act: kill(ALL) };

/**
 * Lets the faults happen to what `npm start` runs; in short only the worst of them.
 *
 * @returns {Promise<object[]>} the results, as `judge` gives them
 */
export async function runSupervised({ stub, judge, env, short, rounds, ...options }) {
  const stack = new Supervised({});
  const results = [];
  try {
    await step("Starting what npm start runs", () => stack.start(env));
    const targets = await stack.withConnection((client) => makeWorld(client, { stubUrl: stub.url, ...options }));
    for (let round = 1; round <= rounds; round++)
      for (const fault of short ? [TOGETHER] : [...EACH, TOGETHER])
        results.push(await judge(fault.name, () => runFault({ ...options, stack, stub, targets }, fault)));
  } finally {
    await stack.stop();
  }
  return results;
}
