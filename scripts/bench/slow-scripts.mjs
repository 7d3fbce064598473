import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { measureBeside } from "./beside.mjs";
import { makeCycle, scriptedGraph } from "./world.mjs";

const ENDLESS = "function after_webhook() { for (;;); }";

async function makeAccount(client, name, script) {
  const accountId = randomUUID();
  await client.query(
    `INSERT INTO "Account" (id, "partnerId", name) SELECT $1, id, $2 FROM "Partner" ORDER BY id LIMIT 1`,
    [accountId, name],
  );
  return makeCycle(client, accountId, name, scriptedGraph(script));
}

/** Keeps a core busy outside of Spoke. */
async function burn(seconds) {
  const loop = `const end = Date.now() + ${seconds * 1000}; while (Date.now() < end);`;
  await once(spawn(process.execPath, ["-e", loop], { stdio: "ignore" }), "exit");
}

/**
 * How long requests to a webhook with a quick script take while the scripts of another account take all the time that they get,
 * while they do not, and while a program that is not Spoke's takes as much of the machine.
 *
 * @returns {Promise<{ alone: Times, beside: Times, elsewhere: Times, failed: number }>} `failed`: of the neighbour's requests, those per second that
 *   were answered since their script's time was over, or since too many were waiting
 * @typedef {import("./beside.mjs").Times} Times
 */
export async function measureSlowScripts(world, seconds) {
  const calm = await makeAccount(world.client, "Quick scripts", undefined);
  const noisy = await makeAccount(world.client, "Slow scripts", ENDLESS);
  const { perSecond, ...times } = await measureBeside(world, {
    ...{ calm, noisy, seconds, leastSeconds: 3 },
    async beside(neighbour, common) {
      const slowly = await neighbour.run({ ...common, path: noisy.path });
      if (slowly.failed < slowly.answered) throw new Error("A script that never ends has ended.");
      return slowly;
    },
    elsewhere: (_neighbour, common) => burn(common.seconds),
  });
  return { ...times, failed: perSecond(({ failed }) => failed) };
}
