import { randomUUID } from "node:crypto";
import { measureBeside } from "./beside.mjs";
import { graphOf, makeCycle } from "./world.mjs";

/** Requests per second that the one account may send, and how many times as many it sends. */
export const LIMIT = 100;
export const TIMES_LIMIT = 10;

const graph = graphOf([{ from: "hook", exit: "next", to: "order" }]);

async function makeAccount(client, name, requestsPerSecond) {
  const accountId = randomUUID();
  await client.query(
    `INSERT INTO "Account" (id, "partnerId", name, "requestsPerSecond")
     SELECT $1, id, $2, $3 FROM "Partner" ORDER BY id LIMIT 1`,
    [accountId, name, requestsPerSecond],
  );
  return makeCycle(client, accountId, name, graph);
}

/**
 * How long the requests of an account take while another one sends ten times its limit, while it does not, and while it sends as
 * many to the plain server: what that takes of the machine is not Spoke's.
 *
 * @returns {Promise<{ alone: Times, beside: Times, elsewhere: Times, accepted: number, refused: number }>} of the neighbour's
 *   requests per second, those that were accepted and those answered 429
 * @typedef {import("./beside.mjs").Times} Times
 */
export async function measureNeighbours({ plain, ...world }, seconds) {
  const calm = await makeAccount(world.client, "Calm", null);
  const noisy = await makeAccount(world.client, "Loud", LIMIT);
  const perSecondSent = LIMIT * TIMES_LIMIT;
  const { perSecond, ...times } = await measureBeside(world, {
    ...{ calm, noisy, seconds, leastSeconds: 1 },
    beside: (neighbour, common) => neighbour.run({ ...common, path: noisy.path, perSecond: perSecondSent }),
    elsewhere: (neighbour, common) =>
      neighbour.run({ ...common, port: plain.port, path: "/", perSecond: perSecondSent }),
  });
  return {
    ...times,
    accepted: perSecond(({ answered, failed }) => answered - failed),
    refused: perSecond(({ failed }) => failed),
  };
}
